import { DependencyUnavailable, RefusedByService } from '@mood/domain';
import { Agent, request as send } from 'undici';
import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import { createServicePolicy } from './service-policy.ts';
import type { ServicePolicyOptions } from './service-policy.ts';
import { TimedOut } from './timed-out.ts';

export interface ServiceClientOptions extends ServicePolicyOptions {
  baseUrl: string;
  /** Sent as `Authorization`. */
  authorization?: string | undefined;
}

/** One service of the platform. */
export interface ServiceClient {
  /**
   * Asks: twice when it has to be, since asking changes nothing. @returns as `callService`.
   * @throws DependencyUnavailable, also when it was refused: whoever asks has no answer, and it is not for the question's sake.
   */
  ask<S extends z.ZodType>(request: ServiceRequest, schema: S): Promise<z.output<S> | null>;
  /** Tells it something, once. @returns and @throws as `callService`. */
  tell<S extends z.ZodType>(request: ServiceRequest, schema: S): Promise<z.output<S> | null>;
}

export function createServiceClient(options: ServiceClientOptions): ServiceClient {
  const policy = createServicePolicy(options);
  return {
    async ask(request, schema) {
      try {
        return await policy.read((signal) => callService(options, request, schema, signal));
      } catch (error) {
        if (error instanceof RefusedByService) throw new DependencyUnavailable(options.service, { cause: error });
        throw error;
      }
    },
    tell: (request, schema) => policy.tell((signal) => callService(options, request, schema, signal)),
  };
}

export interface ServiceRequest {
  method: 'GET' | 'POST';
  /** Segments are escaped; they may come from outside. */
  path: readonly string[];
  json?: unknown;
  form?: Record<string, string>;
  idempotencyKey?: string;
}

/** An answer of another service that is larger than this is not read to its end. */
const maxAnswerBytes = 1_048_576;

/** Keeps connections for the next calls. */
const connections = new Agent();

type Answer = Dispatcher.ResponseData;

async function readBounded({ headers, body }: Answer, service: string): Promise<string> {
  if (Number(headers['content-length']) <= maxAnswerBytes) return body.text();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxAnswerBytes) throw new DependencyUnavailable(service, { cause: new Error(`answer larger than ${maxAnswerBytes} bytes`) });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * One call to a service of the platform, until the signal ends it: bounded in size, no redirects followed, the answer parsed by a schema.
 * @returns null for 404.
 * @throws DependencyUnavailable when it did not answer, answered 3xx, 5xx, 408, 425, 429 or something unreadable: worth a retry.
 * @throws RefusedByService for any other status, and for a path segment that no URL can hold: a retry cannot help.
 */
export async function callService<S extends z.ZodType>(
  options: Pick<ServiceClientOptions, 'service' | 'baseUrl' | 'authorization'>,
  request: ServiceRequest,
  schema: S,
  signal: AbortSignal,
): Promise<z.output<S> | null> {
  const { service } = options;
  // A URL takes these for steps through the path, escaped or not: the call would reach another address.
  if (request.path.some((segment) => segment === '.' || segment === '..'))
    throw new RefusedByService(`${service} cannot be asked for "." or ".."`);
  const url = `${options.baseUrl}/${request.path.map(encodeURIComponent).join('/')}`;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.authorization !== undefined) headers['authorization'] = options.authorization;
  if (request.idempotencyKey !== undefined) headers['idempotency-key'] = request.idempotencyKey;
  let body: string | null = null;
  if (request.json !== undefined) {
    headers['content-type'] = 'application/json';
    body = JSON.stringify(request.json);
  } else if (request.form !== undefined) {
    headers['content-type'] = 'application/x-www-form-urlencoded;charset=UTF-8';
    body = new URLSearchParams(request.form).toString();
  }
  try {
    // It follows no redirects.
    const answer = await send(url, { method: request.method, headers, body, signal, dispatcher: connections });
    const { statusCode: status } = answer;
    if (status < 200 || status > 299) {
      await answer.body.dump();
      if (status === 404 && request.method === 'GET') return null;
      const problem = `${service} answered ${status}`;
      if (status < 400 || status >= 500 || [408, 425, 429].includes(status))
        throw new DependencyUnavailable(service, { cause: new Error(problem) });
      throw new RefusedByService(problem);
    }
    const text = await readBounded(answer, service);
    return schema.parse(text === '' ? null : JSON.parse(text));
  } catch (error) {
    if (error instanceof RefusedByService || error instanceof DependencyUnavailable) throw error;
    throw new DependencyUnavailable(service, { cause: signal.aborted ? new TimedOut('no answer in time', { cause: error }) : error });
  }
}
