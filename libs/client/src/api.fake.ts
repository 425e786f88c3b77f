import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { standIn } from '@mood/testing/stand-ins';
import { MoodClientError } from './mood-client-error.ts';

export const modelId = 'a0000000-0000-4000-8000-000000000001';

/** Stands where the API stands. @returns its URL. */
export const serve = (listener: RequestListener): Promise<string> => standIn(createServer(listener));

/** Takes connections and never says a word. */
export const serveNothing = (): Promise<string> => standIn(createTcpServer());

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

/** Answers the first request with the first, the second with the second … and all that follow with the last. Counts. */
export async function serveInTurn(...listeners: [RequestListener, ...RequestListener[]]): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const url = await serve((request, response) => {
    const listener = listeners[Math.min(asked, listeners.length - 1)] ?? listeners[0];
    asked += 1;
    listener(request, response);
  });
  return { url, asked: () => asked };
}

/** How a call was refused, which has to happen. */
export async function refusalOf(call: Promise<unknown>): Promise<MoodClientError> {
  const error: unknown = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof MoodClientError) return error;
  throw new Error(`expected a MoodClientError, got ${String(error)}`);
}
