import { draftOf } from '@mood/domain';
import type { TemplateVersion } from '@mood/domain';
import { diffWordsWithSpace } from 'diff';

type Value = string | number | boolean | null;

export interface VersionDifference {
  changes: { field: string; from: Value; to: Value }[];
  contentParts: { kind: 'same' | 'removed' | 'added'; text: string }[];
  /** The difference for people: one line per field, and the content word by word. */
  text: string;
}

const marks = { same: ['', ''], removed: ['[-', '-]'], added: ['{+', '+}'] } as const;

/** The difference between two versions of a template, for programs (fields) and for people (text). */
export function differenceOf(from: TemplateVersion, to: TemplateVersion): VersionDifference {
  const after = new Map(Object.entries<Value>({ ...draftOf(to) }));
  const changes = Object.entries<Value>({ ...draftOf(from) }).flatMap(([field, before]) => {
    const now = after.get(field) ?? null;
    return before === now ? [] : [{ field, from: before, to: now }];
  });
  const contentParts = from.content === to.content ? [] : wordsOf(from.content, to.content);
  const lines = changes.map(({ field, from: before, to: now }) =>
    field === 'content' ? `content: ${contentParts.map(markUp).join('')}` : `${field}: ${shown(before)} → ${shown(now)}`,
  );
  const title = `Version ${from.version} → ${to.version}`;
  return { changes, contentParts, text: [title, ...(lines.length === 0 ? ['No difference.'] : lines)].join('\n') };
}

/**
 * The time grows with the square of the number of edits: 2,000 characters, each a word of its own, take 0.3 s. Beyond this bound the two
 * texts are shown one after the other, which is easier to read then anyway.
 */
const bounds = { maxEditLength: 1_000, timeout: 100 };

function wordsOf(before: string, after: string): VersionDifference['contentParts'] {
  const parts = diffWordsWithSpace(before, after, bounds) ?? [
    { removed: true, added: false, value: before },
    { removed: false, added: true, value: after },
  ];
  return parts.map(({ added, removed, value }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value,
  }));
}

function markUp({ kind, text }: VersionDifference['contentParts'][number]): string {
  const [open, close] = marks[kind];
  return open + text + close;
}

const shown = (value: Value): string => (value === null ? 'none' : String(value));
