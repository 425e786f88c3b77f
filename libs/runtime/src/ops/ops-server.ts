import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { explainListening } from '../http/ports.ts';
import { answersByUs } from '../http/refuse-requests.ts';
import { serveInTurn } from '../http/serve-in-turn.ts';
import type { Service } from '../lifecycle.ts';
import type { Logger } from '../logger.ts';

/** A JSON answer and its status. */
export interface OpsAnswer {
  status: 200 | 503;
  body: Readonly<Record<string, unknown>>;
}

export interface OpsServerOptions {
  port: number;
  host: string;
  registry: Registry;
  /** Pages by path. Their content is visible to whoever can reach the port. */
  pages: Readonly<Record<string, () => Promise<OpsAnswer>>>;
  logger: Logger;
}

/** Liveness: the process answers, and nothing more is checked. */
export const livez = async (): Promise<OpsAnswer> => ({ status: 200, body: { status: 'alive' } });

/** Readiness: whether the process can do its work now. */
export function createReadyz(isReady: () => Promise<boolean>): () => Promise<OpsAnswer> {
  return async () => ((await isReady()) ? { status: 200, body: { status: 'ready' } } : { status: 503, body: { status: 'not ready' } });
}

const json = 'application/json; charset=utf-8';
const methods = ['GET', 'HEAD'];
const commonHeaders = [
  ['Cache-Control', 'no-store'],
  ['X-Content-Type-Options', 'nosniff'],
] as const;
const patience = { ...answersByUs, headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 5_000 };
/** Time limit between two bytes in either direction, in milliseconds; a page may take as long to compute. */
const silenceMs = 30_000;

/** The server for operations, on a port of its own that the public does not reach: `/metrics` for Prometheus, and the given pages. */
export function createOpsServer({ port, host, registry, pages, logger }: OpsServerOptions): Service {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', methods.join(', '));
      return send(response, 405, json, refusal('Only GET is answered here.'));
    }
    if (path === '/metrics') return send(response, 200, registry.contentType, await registry.metrics());
    if (page === undefined) {
      const there = ['/metrics', ...Object.keys(pages)].join(', ');
      return send(response, 404, json, refusal(`There is nothing here but ${there}.`));
    }
    const { status, body } = await page();
    send(response, status, json, JSON.stringify(body));
  }

  async function answerOrFail(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('X-Request-Id', randomUUID());
    try {
      await answer(request, response);
    } catch (error) {
      logger.error({ err: error }, 'a request of operations failed');
      send(response, 500, json, JSON.stringify({ error: 'SYSTEM_ERROR', message: 'Something went wrong on our side.' }));
    }
  }

  const server = createServer(patience);
  server.setTimeout(silenceMs, (socket: IncomingMessage['socket']) => socket.destroy());
  serveInTurn(server, answerOrFail, { headers: () => commonHeaders, checkTargets: true, methods, logger });

  return {
    name: 'ops server',
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', (error) => reject(explainListening(error, { port, host, variable: 'METRICS_PORT' })));
        server.listen(port, host, () => {
          logger.info({ address: server.address() }, 'listening for operations');
          resolve();
        });
      }),
    stop: () =>
      new Promise((resolve) => {
        if (!server.listening) return resolve();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const refusal = (message: string) => JSON.stringify({ error: 'INVALID_REQUEST', message });

function send(response: ServerResponse, status: number, type: string, body: string): void {
  for (const [name, value] of commonHeaders) response.setHeader(name, value);
  response.writeHead(status, { 'Content-Type': type }).end(body);
}
