import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface SeenRequest {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface TinyServer {
  readonly url: string;
  readonly seen: SeenRequest[];
  /** What the next calls get. */
  answer(how: (response: ServerResponse, request: SeenRequest) => void): void;
  close(): Promise<void>;
}

/** A service that answers as it is told to, over real HTTP. */
export async function startTinyServer(): Promise<TinyServer> {
  const seen: SeenRequest[] = [];
  let how: (response: ServerResponse, request: SeenRequest) => void = (response) => response.end('{}');
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const arrived = { method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
      seen.push(arrived);
      how(response, arrived);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has no TCP port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    answer(next) {
      how = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
