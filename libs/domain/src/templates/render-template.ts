import { isBlank } from '../text/characters.ts';
import type { ParsedTemplate } from './parse-template.ts';
import type { TemplateVariable } from './template.ts';

export type TemplateValues = Partial<Record<TemplateVariable, string>>;

/**
 * `missing`: the variables that have neither a value nor a fallback, each once, in order of first appearance. None of them: the
 * text would have nothing to show.
 */
export type RenderedTemplate = { ok: true; text: string } | { ok: false; missing: TemplateVariable[] };

/**
 * Puts values into a template in one pass. Values are inert: `{{amount}}` or `$&` inside one stays as it is. An empty
 * value counts as missing. Where parts meet, a `<` that would begin a tag together with the next part is dropped: plain
 * parts give a plain whole.
 */
export function renderTemplate(template: ParsedTemplate, values: TemplateValues): RenderedTemplate {
  const missing = new Set<TemplateVariable>();
  const pieces: string[] = [];
  let before: ShownVariable | null = null;
  for (const part of template.parts) {
    const piece = part.kind === 'literal' ? part.text : (valueOf(part.name, values) ?? part.fallback);
    const shown = part.kind === 'variable' && piece !== null ? { name: part.name, piece } : null;
    if (before !== null && shown !== null && wouldRunTogether(before, shown)) pieces.push('\u00A0');
    if (piece !== null) append(pieces, piece);
    else if (part.kind === 'variable') missing.add(part.name);
    before = shown;
  }
  const text = pieces.join('');
  return missing.size === 0 && !isBlank(text) ? { ok: true, text } : { ok: false, missing: [...missing] };
}

/** @returns each variable that the template uses, once, in order of first appearance. */
export function templateVariablesOf(template: ParsedTemplate): TemplateVariable[] {
  return [...new Set(template.parts.flatMap((part) => (part.kind === 'variable' ? [part.name] : [])))];
}

function valueOf(name: TemplateVariable, values: TemplateValues): string | null {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return value === undefined || value === '' ? null : value;
}

interface ShownVariable {
  name: TemplateVariable;
  piece: string;
}

/** A currency written in letters, beside its amount: `CHF 50`, where `$50` needs no space. */
function wouldRunTogether(before: ShownVariable, after: ShownVariable): boolean {
  if (before.name === 'currency' && after.name === 'amount') return /[\p{L}.]$/u.test(before.piece);
  return before.name === 'amount' && after.name === 'currency' && /^\p{L}/u.test(after.piece);
}

function append(pieces: string[], piece: string): void {
  if (/^[A-Za-z/!?]/.test(piece)) dropTrailingOpeners(pieces);
  if (piece !== '') pieces.push(piece);
}

function dropTrailingOpeners(pieces: string[]): void {
  let last = pieces.pop();
  while (last?.endsWith('<')) last = last.slice(0, -1) || pieces.pop();
  if (last !== undefined) pieces.push(last);
}
