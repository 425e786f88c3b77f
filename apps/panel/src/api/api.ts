import type { z } from 'zod';
import type { errorSchema } from '@mood/contract/errors';

type ErrorBody = z.output<typeof errorSchema>;

/** What the API refused, or that it could not be asked. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;
  /** One of the closed set of codes; OFFLINE when no answer came, and nothing was asked to be changed or nobody was reached. */
  readonly code: ErrorBody['error'] | 'OFFLINE';
  /** The whole body, for what some errors say besides (`resetTime`, `heldUntil`). */
  readonly body: Readonly<Record<string, unknown>>;
  /** How long to wait before asking again, in milliseconds, when the API says so. */
  readonly waitMs: number | undefined;

  constructor(status: number, code: ApiError['code'], message: string, body: ApiError['body'] = {}, waitMs?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.body = body;
    this.waitMs = waitMs;
  }

  /** Whether asking again may help: nobody answered, or the system is in trouble. */
  get mayPass(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

type QueryValue = string | number | boolean | null | undefined;
/** Parameters of a URL. What is undefined, null or empty is left out. */
export type Query = Readonly<Record<string, QueryValue>>;

export interface CallOptions {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal | undefined;
  headers?: Readonly<Record<string, string>>;
  /** How long the answer may take to begin, in milliseconds. */
  patienceMs?: number;
}

/** An API that lives answers sooner: it has time limits of its own. */
const usualPatienceMs = 20_000;

/** Where the data of the panel is: the routes of `/api/v1`, by the session's cookie. */
export const apiBase = '/panel/api/v1';

export function urlOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return `${apiBase}${path}${text === '' ? '' : `?${text}`}`;
}

type SessionEnded = () => void;
let onSessionEnded: SessionEnded = () => {};
/** Says who is told when the API answers that the session has ended. */
export function whenSessionEnds(listener: SessionEnded): void {
  onSessionEnded = listener;
}

async function send(method: string, path: string, options: CallOptions): Promise<Response> {
  const { query, body, signal, headers, patienceMs = usualPatienceMs } = options;
  const givenUp = new AbortController();
  const patience = setTimeout(() => givenUp.abort(), patienceMs);
  let answer: Response;
  try {
    answer = await fetch(urlOf(path, query), {
      method,
      credentials: 'same-origin',
      signal: signal === undefined ? givenUp.signal : AbortSignal.any([signal, givenUp.signal]),
      headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    if (!givenUp.signal.aborted) throw new ApiError(0, 'OFFLINE', 'The mood system cannot be reached. Are you online?');
    if (method === 'GET') throw new ApiError(0, 'OFFLINE', 'The mood system does not answer.');
    throw new ApiError(0, 'SYSTEM_ERROR', 'The mood system does not answer: nobody knows whether it was done. Look before you ask again.');
  } finally {
    clearTimeout(patience);
  }
  if (answer.ok) return answer;
  if (answer.status === 401) onSessionEnded();
  throw await errorFrom(answer);
}

const parse = async <Body>(answer: Response): Promise<Body> => {
  const text = await answer.text();
  return JSON.parse(text === '' ? 'null' : text);
};

async function errorFrom(answer: Response): Promise<ApiError> {
  const retryAfter = Number(answer.headers.get('retry-after'));
  const waitMs = Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter * 1_000 : undefined;
  const body = await parse<Partial<ErrorBody> & Record<string, unknown>>(answer).catch((): Partial<ErrorBody> => ({}));
  return new ApiError(answer.status, body.error ?? 'SYSTEM_ERROR', body.message ?? `The system answered ${answer.status}.`, body, waitMs);
}

/** Changes that were asked for and are not answered yet. */
const underWay = new Map<string, Promise<unknown>>();

/** Two clicks come before a button can be disabled, and mean one change: the second gets the answer of the first. */
function once<Answer>(key: string, ask: () => Promise<Answer>): Promise<Answer> {
  const known = underWay.get(key);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- asked for by the same words
  if (known !== undefined) return known as Promise<Answer>;
  const asked = ask().finally(() => underWay.delete(key));
  underWay.set(key, asked);
  return asked;
}

/**
 * Asks the API. A change is not sent again while the very same one is under way.
 * @typeParam Answer what the contract says of the answer: `z.output<typeof …Schema>`; null where it says nothing (204).
 * @throws ApiError.
 */
export async function call<Answer>(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const ask = async () => parse<Answer>(await send(method, path, options));
  if (method === 'GET' || options.signal !== undefined) return ask();
  return once(JSON.stringify([method, path, options.query, options.headers, options.body]), ask);
}

/** The same for answers that are files. @throws ApiError. */
export async function download(path: string, options: CallOptions = {}): Promise<Blob> {
  return (await send('GET', path, { ...options, headers: { accept: '*/*', ...options.headers } })).blob();
}

export const get = <Answer>(path: string, query?: Query, signal?: AbortSignal) =>
  call<Answer>('GET', path, { ...(query !== undefined && { query }), signal });
export const post = <Answer>(path: string, body?: unknown) => call<Answer>('POST', path, { body });
/** As `post`, for changes whose answer names the version of what was changed in the header `Mood-Version`. @throws ApiError. */
export const postForVersion = <Answer>(path: string, body: unknown): Promise<Answer & { version: number }> =>
  once(JSON.stringify(['POST', path, body]), async () => {
    const answer = await send('POST', path, { body });
    return { ...(await parse<Answer>(answer)), version: Number(answer.headers.get('mood-version')) };
  });
export const put = <Answer>(path: string, body?: unknown) => call<Answer>('PUT', path, { body });
