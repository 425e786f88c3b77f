import fc from 'fast-check';
import type { Operation } from './operations.ts';
import { recordOf, valueFor } from './schema-values.ts';
import type { KnownValues } from './schema-values.ts';

/** A request before it is written down, in parts that can be spoiled one by one. */
export interface Parts {
  operation: Operation;
  method: string;
  /** The values of the path's parameters, as they stand in it. */
  path: Record<string, string>;
  /** Names and values as they stand in the URL. */
  query: [name: string, value: string][];
  /** Undefined: the operation takes none. */
  body: unknown;
  headers: Record<string, string>;
  /** Takes the place of the body when it is given. */
  raw?: string | Uint8Array;
}

export interface WrittenRequest {
  method: string;
  /** Path and query. */
  target: string;
  headers: Record<string, string>;
  body: string | Uint8Array | null;
}

/** UTF-16 units. All that comes before the body may have 16 KiB: beyond that nothing of ours answers, but Node.js itself. */
const maxUrlText = 1_500;

/** Without the lone surrogates, which have no form in a URL. */
export function encode(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return encodeURIComponent(text.slice(0, maxUrlText).toWellFormed());
}

/** Requests that the document allows. */
export function validParts(operation: Operation, known: KnownValues): fc.Arbitrary<Parts> {
  const values = (place: 'path' | 'query') => {
    const parameters = operation.parameters.filter((parameter) => parameter.in === place);
    return recordOf(
      Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
      parameters.filter(({ required }) => required).map(({ name }) => name),
      known,
    );
  };
  const body = operation.body === undefined ? fc.constant(undefined) : valueFor('', operation.body, known);
  return fc.record({ path: values('path'), query: values('query'), body }).map((made) => ({
    operation,
    method: operation.method,
    path: Object.fromEntries(Object.entries(made.path).map(([name, value]) => [name, encode(value)])),
    query: Object.entries(made.query).map(([name, value]) => [encode(name), encode(value)]),
    body: made.body,
    headers: {},
  }));
}

/** Stands in a body where the text of a value follows that JSON.stringify would not write. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Writes JSON, and raw values as they are. */
function writeJson(body: unknown): string {
  const raw: string[] = [];
  const text = JSON.stringify(body, (_key, value: unknown) =>
    value instanceof RawJson ? `\u0001raw ${raw.push(value.text) - 1}\u0001` : value,
  );
  return text.replaceAll(/"\\u0001raw (\d+)\\u0001"/g, (_all, index) => raw[Number(index)] ?? '');
}

export function write({ operation, method, path, query, body, headers, raw }: Parts): WrittenRequest {
  const pathname = operation.path.replaceAll(/\{([^}]+)\}/g, (_all, name: string) => path[name] ?? '');
  const search = query.map(([name, value]) => `${name}=${value}`).join('&');
  const written = raw ?? (body === undefined ? null : writeJson(body));
  return {
    method,
    target: search === '' ? pathname : `${pathname}?${search}`,
    headers: { ...(written !== null && { 'content-type': 'application/json' }), ...headers },
    body: written,
  };
}
