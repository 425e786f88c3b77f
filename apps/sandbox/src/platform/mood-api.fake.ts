import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { json } from 'node:stream/consumers';

interface Seen {
  path: string | undefined;
  authorization: string | undefined;
  body: unknown;
}

const apis = new Set<Server>();

/** Stands where the mood API stands. @returns where it is, and what it was asked. */
export async function openApi(status: number, answer: object): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const take = async (request: IncomingMessage) => {
    seen.push({ path: request.url, authorization: request.headers.authorization, body: await json(request) });
  };
  const api = createServer((request, response) => {
    void take(request).then(() => response.writeHead(status).end(JSON.stringify(answer)));
  }).listen(0, '127.0.0.1');
  apis.add(api);
  await once(api, 'listening');
  const address = api.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, seen };
}

export function closeApis(): void {
  for (const api of apis) api.close();
  apis.clear();
}
