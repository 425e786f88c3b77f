import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server, ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import { answersByUs, explainListening, serveInTurn } from '@mood/runtime';
import type { AnswerHeaders, Logger, RefusalPages, Service } from '@mood/runtime';
import type { Env, Hono } from 'hono';
import { answerHeaders } from './security-headers.ts';
import type { TlsFiles } from './tls-files.ts';

/** Time limits for clients, in milliseconds. */
export interface HttpTimeouts {
  /** From the first byte of a request to the end of its headers. */
  headers: number;
  /** … and to the end of its body. */
  request: number;
  /**
   * Between two requests of a connection. Longer than load balancers keep an idle connection, so that the balancer closes it first and
   * never sends a request into a closing one.
   */
  keepAlive: number;
  /** Between two bytes in either direction. */
  silence: number;
  /** How often these limits are checked. */
  checkEvery: number;
}

export interface HttpServerOptions {
  port: number;
  host: string;
  logger: Logger;
  /** With a certificate the server speaks HTTPS, TLS 1.3 only. */
  tls?: TlsFiles | undefined;
  timeouts?: HttpTimeouts;
  /** What browsers are shown in place of JSON when an address cannot be read. */
  refusalPages?: RefusalPages;
}

const defaultTimeouts: HttpTimeouts = { headers: 10_000, request: 30_000, keepAlive: 65_000, silence: 120_000, checkEvery: 1_000 };
/** Room for a token of 8 KiB. */
const maxHeaderBytes = 16_384;
/** Methods that some route uses. A request with another one is answered with 405 and this list. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH'];
const tlsHandshakeMs = 10_000;

/** Serves an app. Stopping lets running requests finish and closes idle connections. */
export function createHttpServer<E extends Env>(app: Hono<E>, options: HttpServerOptions): Service {
  const { port, host, logger, tls, timeouts = defaultTimeouts, refusalPages: pages } = options;
  let headers: AnswerHeaders = [];
  const errorHandler = (error: unknown) => answerOutsideTheApp(error, headers, logger);
  const server = createServerFor(tls, timeouts);
  const listener = getRequestListener(app.fetch, { errorHandler, autoCleanupIncoming: false });
  serveInTurn(server, listener, { headers: () => headers, checkTargets: true, methods, logger, pages });

  return {
    name: 'http server',
    async start() {
      headers = await answerHeaders(tls !== undefined);
      await new Promise<void>((resolve, reject) => {
        server.once('error', (error) => reject(explainListening(error, { port, host, variable: 'PORT' })));
        server.listen(port, host, () => {
          logger.info({ address: server.address(), tls: tls !== undefined }, 'listening');
          resolve();
        });
      });
    },
    stop: () =>
      new Promise((resolve) => {
        if (!server.listening) return resolve();
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function createServerFor(tls: TlsFiles | undefined, timeouts: HttpTimeouts): Server {
  const limits: ServerOptions = {
    ...answersByUs,
    headersTimeout: timeouts.headers,
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.keepAlive,
    connectionsCheckingInterval: timeouts.checkEvery,
    maxHeaderSize: maxHeaderBytes,
  };
  const server =
    tls === undefined
      ? createServer(limits)
      : createTlsServer({ ...limits, ...tls, minVersion: 'TLSv1.3', handshakeTimeout: tlsHandshakeMs });
  server.setTimeout(timeouts.silence, (socket: Socket) => socket.destroy());
  return server;
}

/** A request without a valid URL never reaches the app. The app answers its own errors itself. */
function answerOutsideTheApp(error: unknown, common: AnswerHeaders, logger: Logger): Response {
  const isTheirs = error instanceof RequestError;
  const requestId = randomUUID();
  if (isTheirs) logger.warn({ requestId, status: 400, errorCode: 'INVALID_REQUEST', problem: 'no URL' }, 'request refused');
  else logger.error({ requestId, status: 500, err: error }, 'request failed');
  const body = isTheirs
    ? { error: 'INVALID_REQUEST', message: 'The path and the Host header make no valid URL.' }
    : { error: 'SYSTEM_ERROR', message: 'Something went wrong on our side. Try again.' };
  const headers = [
    ...common.map(([name, value]): [string, string] => [name, value]),
    ['X-Request-Id', requestId] satisfies [string, string],
  ];
  return Response.json(body, { status: isTheirs ? 400 : 500, headers });
}
