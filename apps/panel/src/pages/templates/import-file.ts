import type { templateImportSchema } from '@mood/contract/template-file';
import type { z } from 'zod';

export type Imported = z.output<typeof templateImportSchema>;

/** What was chosen: the body of the import, and the text of each row as far as it can be told. */
export interface ChosenFile {
  name: string;
  body: unknown;
  contents: readonly string[];
}

export const maxFileBytes = 16 * 1_048_576;

/** @returns null: the text is no JSON. */
export function readFile(name: string, text: string): ChosenFile | null {
  try {
    const body: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return { name, body, contents: contentsOf(body) };
  } catch {
    return null;
  }
}

function contentsOf(body: unknown): string[] {
  const rows = typeof body === 'object' && body !== null && 'templates' in body && Array.isArray(body.templates) ? body.templates : [];
  return rows.map((row: unknown) =>
    typeof row === 'object' && row !== null && 'content' in row && typeof row.content === 'string' ? row.content : '',
  );
}

/** A row that the API has named, counted from 1 as people count. */
export interface BadRow {
  row: number;
  problem: string;
}

/** Takes a refusal of the API apart: `templates[2].content: …`. Nothing found: the whole of it is to be shown. */
export function badRowsOf(message: string): BadRow[] {
  const parts = message.split(/(?=\btemplates\[\d+\][.:])/);
  return parts.flatMap((part) => {
    const [, index, problem] = /^templates\[(\d+)\][.:]?\s*([\s\S]*)$/.exec(part) ?? [];
    return index === undefined || problem === undefined ? [] : [{ row: Number(index) + 1, problem: problem.trim().replace(/;$/, '') }];
  });
}
