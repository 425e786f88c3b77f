import { rememberTold } from './run-logs.ts';
import { createResponseValidator } from './response-validator.ts';
import type { OpenApiDocument, ResponseValidator } from './response-validator.ts';

export interface Answer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  body: any;
}

export interface CallOptions {
  token?: string | undefined;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  raw?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** Calls the API as a client would. Every answer is held against the OpenAPI document that the API serves. */
export interface ApiClient {
  readonly url: string;
  get(path: string, token?: string): Promise<Answer>;
  post(path: string, json: unknown, token?: string): Promise<Answer>;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

/** What a body says in words of its own. */
function toldIn(json: unknown): unknown[] {
  if (typeof json !== 'object' || json === null) return [];
  return ['customMessage', 'reason'].map((field) => Reflect.get(json, field));
}

export async function createApiClient(url: string): Promise<ApiClient> {
  // As it is: the process would compress 300 KB for this one answer.
  const document = await fetch(`${url}/openapi.json`, { headers: { 'accept-encoding': 'identity' } });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its form is what the linters of the OpenAPI test check
  const validate: ResponseValidator = createResponseValidator((await document.json()) as OpenApiDocument);

  async function call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const headers = new Headers(options.headers);
    rememberTold([...toldIn(options.json), headers.get('x-forwarded-for')]);
    if (options.token !== undefined) headers.set('authorization', `Bearer ${options.token}`);
    const body = options.raw ?? (options.json === undefined ? null : JSON.stringify(options.json));
    if (body !== null && !headers.has('content-type')) headers.set('content-type', 'application/json');
    const response = await fetch(url + path, { method, headers, body });
    if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
      // It does not end by itself.
      await response.body?.cancel();
      return { status: response.status, headers: response.headers, body: null };
    }
    const text = await response.text();
    const parsed: unknown = text === '' ? null : JSON.parse(text);
    validate(method, new URL(url + path).pathname, response.status, parsed);
    return { status: response.status, headers: response.headers, body: parsed };
  }

  return {
    url,
    call,
    get: (path, token) => call('GET', path, { token }),
    post: (path, json, token) => call('POST', path, { token, json }),
  };
}
