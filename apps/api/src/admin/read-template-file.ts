import { createTemplateRowReader, templateFileSchema } from '@mood/contract/template-file';
import { createTimeSlices, DomainError } from '@mood/domain';
import type { ImportRow, RefusedRow } from '@mood/domain';
import { notUtf8 } from '../http/fast/json-body.ts';
import { RowSplitter } from '../http/row-splitter.ts';
import { refusal } from '../http/validation.ts';

/**
 * Longest row of the file, and longest text around the rows, in UTF-16 units: a template of 2,000 emoji takes 24,000 when each is escaped.
 */
const maxPiece = 65_536;
/** UTF-16 units that are parsed before other requests may run: a thousand invalid rows of one character each take 20 ms. */
const stride = 1_024;

/**
 * Parses a template file while it is uploaded, row by row: the event loop stays free for other requests, and only the rows are held in
 * memory.
 * @returns the rows; for those that are no templates, what the schema says of them.
 * @throws DomainError INVALID_REQUEST, INVALID_TEMPLATE when it is no file of templates.
 */
export async function readTemplateFile(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<(ImportRow | RefusedRow)[]> {
  const rows = createRowReader();
  const splitter = new RowSplitter({ list: 'templates', maxPiece, onRow: (json) => rows.read(json), onTooLong: refuseLong });
  const giveWay = createTimeSlices();
  // The decoder removes a byte order mark.
  const utf8 = new TextDecoder('utf-8', { fatal: true });

  async function take(chunk?: Uint8Array): Promise<void> {
    const text = decode(utf8, chunk);
    for (let at = 0; at < text.length; at += stride) {
      splitter.write(text.slice(at, at + stride));
      await giveWay();
    }
  }

  let refused: DomainError | undefined;
  for await (const chunk of chunks) {
    // After a refusal the rest of the upload is still read, and ignored: a client that is still sending does not read the answer.
    refused ??= await take(chunk).then(() => undefined, refusalOf);
  }
  if (refused !== undefined) throw refused;
  await take();
  return rows.of(splitter.end());
}

function refusalOf(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  throw error;
}

/** @param chunk absent at the end. */
function decode(utf8: InstanceType<typeof TextDecoder>, chunk?: Uint8Array): string {
  try {
    return utf8.decode(chunk, { stream: chunk !== undefined });
  } catch {
    throw notUtf8();
  }
}

function createRowReader() {
  const reader = createTemplateRowReader();
  return {
    read: (json: string) => reader.read(parse(json)),

    /** @param around the JSON that stood around the rows. @returns the rows of the file. */
    of(around: string): (ImportRow | RefusedRow)[] {
      const result = templateFileSchema.safeParse(parse(around));
      if (!result.success) throw refusal('json', result.error);
      const { rows } = reader;
      if (rows.length > 0 && result.data.templates.length > 0) {
        throw new DomainError('INVALID_TEMPLATE', 'templates: expected one list, and there are two.');
      }
      return rows.length > 0 ? rows : result.data.templates;
    },
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new DomainError('INVALID_REQUEST', 'The request body is not valid JSON.');
  }
}

function refuseLong(row: number | null): never {
  if (row !== null) throw new DomainError('INVALID_TEMPLATE', `templates[${row}]: expected a row of at most ${maxPiece} characters.`);
  throw new DomainError('INVALID_REQUEST', `Expected at most ${maxPiece} characters beside the templates.`);
}
