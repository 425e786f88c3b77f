import type { Warning } from './template.ts';

/** A change of the text that takes a problem away. `select`: what of the new text is then selected, for typing over it. */
export interface Cure {
  kind: 'fallback' | 'close' | 'space' | 'delete';
  /** The variable, for a fallback. */
  name: string;
  from: number;
  to: number;
  insert: string;
  select: { from: number; to: number };
}

/** Where a problem is, in UTF-16 units: the API counts lines and characters (code points) from 1. Always within the text. */
export function indexOf(text: string, { line, column }: Pick<Warning, 'line' | 'column'>): number {
  const lines = text.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const inLine = Array.from(lines[line - 1] ?? '')
    .slice(0, column - 1)
    .join('').length;
  return Math.min(text.length, before + inLine);
}

/** How far a problem reaches, for underlining it: the braces, the word, or one character. */
export function endOf(text: string, from: number): number {
  const [found = ''] = /^(\{\{[^{}\n]*\}?\}?|[^\s{}]+)/.exec(text.slice(from)) ?? [];
  return Math.min(text.length, from + Math.max(1, found.length));
}

/**
 * What one key can do about a problem; null: only its writer knows. Which problems there are, the API says; this looks at the place that it names.
 * @param fallbacks by variable.
 */
export function cureOf(text: string, problem: Warning, fallbacks: Readonly<Record<string, string>>): Cure | null {
  const at = indexOf(text, problem);
  const rest = text.slice(at);
  const [whole = '', name = ''] = /^\{\{\s*(\w+)\s*\}\}/.exec(rest) ?? [];
  if (problem.severity === 'hint' && whole !== '') {
    const fallback = fallbacks[name] ?? '';
    const place = at + whole.length - 2;
    return {
      kind: 'fallback',
      name,
      from: place,
      to: place,
      insert: `|${fallback}`,
      select: { from: place + 1, to: place + 1 + fallback.length },
    };
  }
  if (problem.severity !== 'error') return null;
  const [open = ''] = /^\{\{\s*\w+/.exec(rest) ?? [];
  if (open !== '' && !rest.includes('}}')) {
    const place = at + open.length;
    const missing = rest[open.length] === '}' ? '}' : '}}';
    return {
      kind: 'close',
      name: '',
      from: place,
      to: place,
      insert: missing,
      select: { from: place + 2, to: place + 2 },
    };
  }
  if (rest.startsWith('<'))
    return {
      kind: 'space',
      name: '',
      from: at + 1,
      to: at + 1,
      insert: ' ',
      select: { from: at + 2, to: at + 2 },
    };
  const [hidden = ''] = /^[\t\p{Cc}\p{Cf}]/u.exec(rest) ?? [];
  if (hidden !== '' && hidden !== '\n')
    return {
      kind: 'delete',
      name: '',
      from: at,
      to: at + hidden.length,
      insert: '',
      select: { from: at, to: at },
    };
  return null;
}
