import { DomainError } from '../errors.ts';
import { codePointLength, indexOfForbiddenCharacter, isBlank, normalised } from '../text/characters.ts';
import { describeFinding } from '../text/content-policy.ts';
import type { ContentPolicy, PolicyFinding } from '../text/content-policy.ts';
import { toPlainText } from '../text/plain-text.ts';
import { createLocator } from './locator.ts';
import { inspectTemplate } from './parse-template.ts';
import type { ParsedTemplate, TemplateProblem, VariablePart } from './parse-template.ts';

/** Longest content, in code points: a chat message, not an essay. */
export const maxContentLength = 2_000;
/** Longest content in UTF-16 units: any text above it exceeds the bound in NFC code points as well. */
const surelyTooLong = maxContentLength * 8;
const shownProblems = 5;

export interface CheckedContent {
  /** The content as it would be stored: NFC, lines end with a line feed. */
  content: string;
  parsed: ParsedTemplate;
  /** Problems by position; empty when the content may be saved. */
  problems: TemplateProblem[];
}

/**
 * Finds every reason not to save a text as a template, with its position: unknown variables, unclosed braces, tags, invisible characters,
 * contact data and listed words (contract: "Content Moderation").
 * @param wanted `first` stops at the first problem, for callers who only need to know whether there is one.
 */
export function checkContent(typed: string, policy: ContentPolicy, wanted: 'all' | 'first' = 'all'): CheckedContent {
  if (typed.length > surelyTooLong)
    return refusedWhole('', `The template is far too long. Shorten it to at most ${maxContentLength} characters.`);
  const content = normalised(typed.replaceAll('\r\n', '\n'));
  const length = codePointLength(content);
  if (length > maxContentLength) {
    return refusedWhole(content, `The template has ${length} characters. Shorten it to at most ${maxContentLength}.`);
  }
  const { parsed, problems } = inspectTemplate(content);
  if (isBlank(parsed.parts.map((part) => (part.kind === 'literal' ? part.text : part.name)).join(''))) {
    return refusedWhole(content, 'The template is empty. Write the text that users will get.');
  }
  const places = problemPlaces(content, parsed, policy, wanted === 'first' ? 1 - problems.length : Infinity);
  const locate = createLocator(content);
  const located = places.toSorted((a, b) => a.index - b.index).map(({ message, index }) => ({ message, ...locate(index) }));
  return { content, parsed, problems: [...problems, ...located].toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/** @returns the content as it is to be stored. @throws DomainError INVALID_TEMPLATE naming each problem, its place, and what to do. */
export function requireGoodContent(typed: string, policy: ContentPolicy): string {
  const { content, problems } = checkContent(typed, policy);
  if (problems.length === 0) return content;
  throw new DomainError('INVALID_TEMPLATE', describeProblems(problems));
}

export function describeProblems(problems: readonly TemplateProblem[]): string {
  const shown = problems.slice(0, shownProblems).map(({ line, column, message }) => `Line ${line}, column ${column}: ${message}`);
  const more = problems.length - shown.length;
  return shown.join(' ') + (more > 0 ? ` And ${more} more.` : '');
}

interface Place {
  message: string;
  /** UTF-16 index in the content. */
  index: number;
}

function refusedWhole(content: string, message: string): CheckedContent {
  return { content, parsed: { parts: [] }, problems: [{ message, line: 1, column: 1 }] };
}

/** Cheap checks come first. @param enough stop after so many problems. */
function problemPlaces(content: string, parsed: ParsedTemplate, policy: ContentPolicy, enough: number): Place[] {
  if (enough <= 0) return [];
  const cheap = [...forbiddenCharacters(content), ...markup(content)];
  if (enough !== 1) return [...cheap, ...findings(content, parsed, policy)];
  if (cheap.length > 0) return cheap;
  const finding = policy.findFirst(blankOutBraces(content, parsed)) ?? policy.findFirst(joinText(content, parsed).text);
  return finding === null ? [] : [toPlace(content, finding)];
}

function forbiddenCharacters(content: string): Place[] {
  // Line feeds are the only control characters that a template may hold.
  const index = indexOfForbiddenCharacter(content.replaceAll('\n', ' '));
  if (index === -1) return [];
  return [{ index, message: 'This tab, control or invisible direction character cannot be sent. Delete it.' }];
}

function markup(content: string): Place[] {
  if (isPlain(content)) return [];
  const begins = Array.from(content.matchAll(/<[A-Za-z/!?]|&[#A-Za-z]/g), (begin) => begin.index);
  // `AT&T` looks like the beginning of an entity, but is none.
  const index = begins.find((begin, nth) => !isPlain(content.slice(begin, begins[nth + 1]))) ?? 0;
  return [
    { index, message: 'This would be read as HTML. Templates are plain text: take out tags and entities, or put a space after the <.' },
  ];
}

const isPlain = (text: string) => toPlainText(text) === text;

/** Contact data is searched for in the text that users would read: without the braces, and with every fallback in place. */
function findings(content: string, parsed: ParsedTemplate, policy: ContentPolicy): Place[] {
  const whole = policy.inspect(blankOutBraces(content, parsed));
  const joined = joinText(content, parsed);
  const split = policy.inspect(joined.text).map(({ kind, index, length }): PolicyFinding => {
    const begin = joined.indexes[index] ?? 0;
    return { kind, index: begin, length: (joined.indexes[index + length - 1] ?? begin) + 1 - begin };
  });
  const all = [...whole, ...split.filter((finding) => !whole.some((known) => isSame(known, finding)))];
  return all.map((finding) => toPlace(content, finding));
}

function isSame(a: PolicyFinding, b: PolicyFinding): boolean {
  return a.kind === b.kind && a.index < b.index + b.length && b.index < a.index + a.length;
}

const toPlace = (content: string, finding: PolicyFinding): Place => ({
  index: finding.index,
  message: `Templates cannot hold ${describeFinding(content, finding)}. Take it out.`,
});

/** Has the same length as the content, so that indexes stay valid. */
function blankOutBraces(content: string, { parts }: ParsedTemplate): string {
  let text = content;
  for (const part of parts) {
    if (part.kind === 'literal') continue;
    const end = content.indexOf('}}', part.index) + 2;
    const fallback = part.fallback ?? '';
    const blanked = (' '.repeat(fallbackIndex(content, part) - part.index) + fallback).padEnd(end - part.index);
    text = text.slice(0, part.index) + blanked + text.slice(end);
  }
  return text;
}

/** @returns the UTF-16 index at which a variable's fallback begins: nothing but blanks stands between it and the bar. */
function fallbackIndex(content: string, { index, fallback }: VariablePart): number {
  return fallback === null ? index : content.indexOf(fallback, content.indexOf('|', index) + 1);
}

/** The text on both sides of a variable, joined, with the index in the content of each of its units. */
function joinText(content: string, { parts }: ParsedTemplate): { text: string; indexes: number[] } {
  const indexes: number[] = [];
  let text = '';
  let next = 0;
  for (const part of parts) {
    const piece = part.kind === 'literal' ? part.text : (part.fallback ?? '');
    const end = part.kind === 'literal' ? next + piece.length : content.indexOf('}}', part.index) + 2;
    const begin = part.kind === 'literal' ? next : fallbackIndex(content, part);
    for (let offset = 0; offset < piece.length; offset++) indexes.push(begin + offset);
    text += piece;
    next = end;
  }
  return { text, indexes };
}
