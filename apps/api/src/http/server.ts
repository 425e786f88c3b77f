import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Logger, Service } from '@mood/runtime';
import type { Env, Hono } from 'hono';

export interface HttpServerOptions {
  port: number;
  host: string;
  logger: Logger;
}

/** Serves an app. Stopping lets running requests finish and closes idle connections. */
export function createHttpServer<E extends Env>(app: Hono<E>, { port, host, logger }: HttpServerOptions): Service {
  const listener = getRequestListener(app.fetch);
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000 }, (request, response) => {
    void listener(request, response);
  });

  return {
    name: 'http server',
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => {
          const taken = error.code === 'EADDRINUSE';
          reject(taken ? new Error(`Port ${port} on ${host} is taken. Stop what uses it, or set PORT to another one.`) : error);
        });
        server.listen(port, host, () => {
          logger.info({ address: server.address() }, 'listening');
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
