import { createServer } from 'node:http';
import type { RequestListener, Server, ServerOptions, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { Logger, Service } from '@mood/runtime';
import type { Env, Hono } from 'hono';
import type { TlsFiles } from './tls-files.ts';

/** How long, in milliseconds, a client may take. */
export interface Patience {
  /** From the first byte of a request to the last of its headers. */
  headers: number;
  /** … and to the last of its body. */
  request: number;
  /** Between two requests: longer than a load balancer keeps a connection that nobody uses, so that it is never the one who is surprised. */
  keepAlive: number;
  /** Between two bytes in any direction. */
  silence: number;
  /** How often all that is looked at. */
  checkEvery: number;
}

export interface HttpServerOptions {
  port: number;
  host: string;
  logger: Logger;
  /** With it the server speaks HTTPS, TLS 1.3 and nothing older. */
  tls?: TlsFiles | undefined;
  patience?: Patience;
}

const usualPatience: Patience = { headers: 10_000, request: 30_000, keepAlive: 65_000, silence: 120_000, checkEvery: 1_000 };
/** A token may have 8 KiB. */
const maxHeaderBytes = 16_384;
const maxHeaders = 100;
const tlsHandshakeMs = 10_000;

/** Serves an app. Stopping lets running requests finish and closes idle connections. */
export function createHttpServer<E extends Env>(app: Hono<E>, options: HttpServerOptions): Service {
  const { port, host, logger, tls, patience = usualPatience } = options;
  const server = createServerFor(getRequestListener(app.fetch, { errorHandler: answerOutsideTheApp }), tls, patience);

  return {
    name: 'http server',
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => {
          const taken = error.code === 'EADDRINUSE';
          reject(taken ? new Error(`Port ${port} on ${host} is taken. Stop what uses it, or set PORT to another one.`) : error);
        });
        server.listen(port, host, () => {
          logger.info({ address: server.address(), tls: tls !== undefined }, 'listening');
          resolve();
        });
      }),
    stop: () =>
      new Promise((resolve) => {
        if (!server.listening) return resolve();
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function createServerFor(
  listener: (...call: Parameters<RequestListener>) => Promise<void>,
  tls: TlsFiles | undefined,
  patience: Patience,
): Server {
  const answer: RequestListener = (request, response) => {
    // What is beyond the last header that is read could be the one that a proxy wrote.
    if (request.rawHeaders.length / 2 > maxHeaders) return refuseHeaders(response);
    void listener(request, response);
  };
  const limits: ServerOptions = {
    headersTimeout: patience.headers,
    requestTimeout: patience.request,
    keepAliveTimeout: patience.keepAlive,
    connectionsCheckingInterval: patience.checkEvery,
    maxHeaderSize: maxHeaderBytes,
  };
  const server =
    tls === undefined
      ? createServer(limits, answer)
      : createTlsServer({ ...limits, ...tls, minVersion: 'TLSv1.3', handshakeTimeout: tlsHandshakeMs }, answer);
  server.maxHeadersCount = maxHeaders + 1;
  server.setTimeout(patience.silence, (socket: Socket) => socket.destroy());
  return server;
}

const refuseHeaders = (response: ServerResponse) => {
  const body = JSON.stringify({ error: 'INVALID_REQUEST', message: `The request has more than ${maxHeaders} headers.` });
  response.writeHead(431, { 'Content-Type': 'application/json', Connection: 'close' }).end(body);
};

/** What names no URL never gets to the app: a `Host` that cannot be, a backslash in the path. The app answers its own errors itself. */
function answerOutsideTheApp(error: unknown): Response {
  return error instanceof RequestError
    ? Response.json({ error: 'INVALID_REQUEST', message: 'The path and the Host header make no valid URL.' }, { status: 400 })
    : Response.json({ error: 'SYSTEM_ERROR', message: 'Something went wrong on our side. Try again.' }, { status: 500 });
}
