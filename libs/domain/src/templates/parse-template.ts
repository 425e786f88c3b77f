import { DomainError } from '../errors.ts';
import { firstCodePoints, trimmed } from '../text/characters.ts';
import { createLocator } from './locator.ts';
import { templateVariables } from './template.ts';
import type { TemplateVariable } from './template.ts';

export interface LiteralPart {
  kind: 'literal';
  text: string;
}

export interface VariablePart {
  kind: 'variable';
  name: TemplateVariable;
  /** The fallback; may be empty. null: the variable needs a value. */
  fallback: string | null;
  /** UTF-16 index of the `{{` in the content. */
  index: number;
}

export interface ParsedTemplate {
  readonly parts: readonly (LiteralPart | VariablePart)[];
}

/** Why a template cannot be used and what to do, and where: line and column count from 1, columns in code points. */
export interface TemplateProblem {
  message: string;
  line: number;
  column: number;
}

export interface TemplateInspection {
  /** Parts; invalid ones are kept as literal text. */
  parsed: ParsedTemplate;
  /** Problems by position; empty when the template can be used. */
  problems: TemplateProblem[];
}

/**
 * Reads `{{name}}` and `{{name|fallback text}}` in one pass (contract: Appendix B). Blanks around the name and around
 * the fallback do not count; the fallback reaches up to the next `}}`. A lone `{`, `}` or `}}` is ordinary text.
 */
export function inspectTemplate(content: string): TemplateInspection {
  const parts: (LiteralPart | VariablePart)[] = [];
  const problems: TemplateProblem[] = [];
  const locate = createLocator(content);
  let literalStart = 0;
  let close = -1;
  let open = nextOpening(content, 0);
  while (open !== -1) {
    const inside = open + 2;
    if (close !== Infinity && close < inside) close = orInfinity(content.indexOf('}}', inside));
    const following = nextOpening(content, inside);
    const read = close < orInfinity(following) ? readVariable(content.slice(inside, close), open) : unclosed;
    if (typeof read === 'string') {
      problems.push({ message: read, ...locate(open) });
    } else {
      if (open > literalStart) parts.push({ kind: 'literal', text: content.slice(literalStart, open) });
      parts.push(read);
      literalStart = close + 2;
    }
    open = following;
  }
  if (literalStart < content.length) parts.push({ kind: 'literal', text: content.slice(literalStart) });
  return { parsed: { parts }, problems };
}

/** @throws DomainError INVALID_TEMPLATE naming the first problem, its line and column, and what to do. */
export function parseTemplate(content: string): ParsedTemplate {
  const { parsed, problems } = inspectTemplate(content);
  const [first] = problems;
  if (first === undefined) return parsed;
  throw new DomainError('INVALID_TEMPLATE', `Line ${first.line}, column ${first.column}: ${first.message}`);
}

const unclosed = 'This {{ is never closed. Write {{name}} or {{name|fallback}}, with }} at its end.';
const nameList = templateVariables.join(', ');

/** @returns the variable, or what is wrong with it. */
function readVariable(inside: string, index: number): VariablePart | string {
  const bar = inside.indexOf('|');
  const name = (bar === -1 ? inside : inside.slice(0, bar)).trim();
  if (name === '') return `There is no variable name in these braces. Use one of: ${nameList}.`;
  const known = templateVariables.find((variable) => variable === name);
  if (known === undefined) return `There is no variable "${shortened(name)}". Use one of: ${nameList}.`;
  return { kind: 'variable', name: known, fallback: bar === -1 ? null : trimmed(inside.slice(bar + 1)), index };
}

/** Of three braces the last two open: `{{{name}}}` is a variable in braces. */
function nextOpening(content: string, from: number): number {
  const open = content.indexOf('{{', from);
  return open !== -1 && content[open + 2] === '{' && content[open + 3] !== '{' ? open + 1 : open;
}

function orInfinity(index: number): number {
  return index === -1 ? Infinity : index;
}

function shortened(name: string): string {
  const beginning = firstCodePoints(name, 40);
  return beginning === name ? name : `${beginning}…`;
}
