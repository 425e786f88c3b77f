import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { Attempt, CallRecord, CountedCall } from './call-record.ts';
import { services } from './faults.ts';
import type { Faults, ServiceName } from './faults.ts';
import type { PlatformEnv } from './platform-env.ts';
import { readQuery } from './request-input.ts';

/** The longest that a call without an answer is held, if the caller does not leave first. */
const holdMilliseconds = 60_000;

/** Stands before every route of a service: records the call and lets the service's fault act on it. */
export type CallGate = (service: ServiceName, call: CountedCall) => MiddlewareHandler<PlatformEnv>;

export interface CallGateDeps {
  faults: Faults;
  record: CallRecord;
  /** Aborted when the platform stops: calls that are held are let go. */
  stopping: AbortSignal;
}

export function createCallGate({ faults, record, stopping }: CallGateDeps): CallGate {
  return (service, call) => async (c, next) => {
    const attempt = record.arrived(service, call, c.req.header('Idempotency-Key'));
    const mode = faults.draw(service);
    switch (mode) {
      case 'ok':
        await next();
        attempt.outcome = outcomeOf(c.res);
        return undefined;
      case 'error':
        attempt.outcome = mode;
        return c.json({ error: 'SERVICE_FAULT', message: `The ${service} service is set to fail` }, 500);
      case 'rate-limited':
        attempt.outcome = mode;
        return c.json({ error: 'TOO_MANY_REQUESTS', message: `The ${service} service is set to refuse calls` }, 429, {
          'Retry-After': '1',
        });
      case 'timeout':
        attempt.outcome = mode;
        await goneOrStopping(c.env.outgoing, stopping);
        return hangUp(c.env.outgoing);
      case 'drop-after-effect':
        attempt.outcome = mode;
        await next();
        c.res = undefined;
        c.res = hangUp(c.env.outgoing);
        return undefined;
    }
  };
}

const healthQuery = z.object({ service: z.enum(services).default('messages') });

/**
 * The health of one service, which the API asks for: its fault shows here as well, so that an exercise is seen as one. Not on
 * record, since nobody sends anything.
 */
export function createHealthCheck({ faults, stopping }: Omit<CallGateDeps, 'record'>): MiddlewareHandler<PlatformEnv> {
  return async (c) => {
    const { service } = readQuery(c, healthQuery);
    const mode = faults.draw(service);
    switch (mode) {
      case 'ok':
        return c.json({ status: 'ok' });
      case 'error':
        return c.json({ error: 'SERVICE_FAULT', message: `The ${service} service is set to fail` }, 500);
      case 'rate-limited':
        return c.json({ error: 'SERVICE_FAULT', message: `The ${service} service is set to refuse calls` }, 503);
      case 'timeout':
        await goneOrStopping(c.env.outgoing, stopping);
        return hangUp(c.env.outgoing);
      case 'drop-after-effect':
        return hangUp(c.env.outgoing);
    }
  };
}

function outcomeOf(response: Response): Attempt['outcome'] {
  if (response.headers.has('Idempotent-Replay')) return 'replayed';
  if (response.status >= 500) return 'error';
  return response.status >= 400 ? 'refused' : 'ok';
}

function hangUp(outgoing: ServerResponse): Response {
  outgoing.socket?.destroy();
  return RESPONSE_ALREADY_SENT;
}

async function goneOrStopping(outgoing: ServerResponse, stopping: AbortSignal): Promise<void> {
  if (stopping.aborted || outgoing.closed) return;
  await new Promise<void>((resolve) => {
    const release = () => {
      clearTimeout(timer);
      outgoing.off('close', release);
      stopping.removeEventListener('abort', release);
      resolve();
    };
    const timer = setTimeout(release, holdMilliseconds);
    outgoing.once('close', release);
    stopping.addEventListener('abort', release);
  });
}
