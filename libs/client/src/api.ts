import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import { refusalBody } from './answer-bodies.ts';
import { bearerHeaders } from './bearer-headers.ts';
import type { Deadline } from './deadline.ts';
import type { TokenSource } from './mood-api.ts';
import { MoodClientError, Outage } from './mood-client-error.ts';
import { waitBeforeRetry } from './retry-after.ts';

export interface Question<T> {
  method: 'GET' | 'POST';
  /** Below `/api/v1`, with its query. */
  path: string;
  /** JSON. */
  body?: string;
  shape: z.ZodType<T>;
}

export interface ApiAnswer<T> {
  body: T;
  /** The API says that it could not find out (`Mood-Degraded`). */
  degraded: boolean;
}

export interface Api {
  /**
   * Asks once, and once more when that can help and there is time for it.
   * @throws MoodClientError when the API refuses, Outage when there is no answer of the API.
   */
  ask<T>(question: Question<T>, deadline: Deadline): Promise<ApiAnswer<T>>;
}

/** More than a page of a hundred moods has. A larger answer is not read to its end. */
const maxAnswerBytes = 1_048_576;

/** @param baseUrl without the path of the API, and without a slash at its end. */
export function createApi({ baseUrl, token }: { baseUrl: string; token: TokenSource }): Api {
  return {
    async ask(question, deadline) {
      const headers = await bearerHeaders(token, deadline);
      try {
        return await attempt(baseUrl, question, headers, deadline);
      } catch (error) {
        const waitMs = error instanceof Outage ? error.retryAfterMs : undefined;
        if (waitMs === undefined || waitMs >= deadline.remainingMs()) throw error;
        // A call that is given up meanwhile has its first answer.
        await pause(waitMs, undefined, { signal: deadline.signal }).catch(() => {
          throw error;
        });
        return await attempt(baseUrl, question, headers, deadline);
      }
    },
  };
}

async function attempt<T>(baseUrl: string, question: Question<T>, headers: Headers, deadline: Deadline): Promise<ApiAnswer<T>> {
  const { method, path, body, shape } = question;
  try {
    const request = { method, headers, body: body ?? null, redirect: 'manual', signal: deadline.signal } as const;
    const response = await fetch(`${baseUrl}/api/v1${path}`, request);
    return await read(response, shape);
  } catch (error) {
    if (error instanceof MoodClientError) throw error;
    if (deadline.signal.aborted) throw new Outage('timeout', 'The mood system did not answer in time.', { cause: error });
    throw new Outage('unreachable', 'The mood system cannot be reached.', { cause: error, retryAfterMs: waitBeforeRetry(null) });
  }
}

async function read<T>(response: Response, shape: z.ZodType<T>): Promise<ApiAnswer<T>> {
  const { status, headers } = response;
  if (status === 429 || status >= 500) {
    await response.body?.cancel();
    const retryAfterMs = waitBeforeRetry(headers.get('retry-after'));
    throw new Outage(status === 429 ? 'rate-limited' : 'server-error', `The mood system answered ${status}.`, { status, retryAfterMs });
  }
  const body = parseJson(await readBounded(response));
  if (response.ok) {
    const read = shape.safeParse(body);
    if (read.success) return { body: read.data, degraded: headers.get('mood-degraded') === 'true' };
  } else if (status >= 400) {
    // A refusal in other words is not the API's: a proxy without a way to it answers 404, too.
    const said = refusalBody.safeParse(body);
    if (said.success) throw new MoodClientError(status, said.data.error, said.data.message);
  }
  throw new Outage('bad-answer', `Something answered ${status} that is not the mood system.`, { status });
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxAnswerBytes)
      throw new Outage('bad-answer', `The answer is larger than ${maxAnswerBytes} bytes.`, { status: response.status });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
