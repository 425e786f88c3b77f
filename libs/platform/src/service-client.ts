import { DependencyUnavailable, RefusedByService } from '@mood/domain';
import { Agent, errors as undiciErrors, request as sendRequest } from 'undici';
import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import { createServicePolicy } from './service-policy.ts';
import type { ServicePolicyOptions } from './service-policy.ts';
import { TimedOut } from './timed-out.ts';
import { UnusableAnswer } from './unusable-answer.ts';

export interface ServiceClientOptions extends ServicePolicyOptions {
  baseUrl: string;
  /** Sent as `Authorization`. */
  authorization?: string | undefined;
}

/** One service of the platform. */
export interface ServiceClient {
  /**
   * Asks: twice when it has to be, since asking changes nothing. @returns what the schema reads; null when there is no such thing (404, 410).
   * @throws DependencyUnavailable, also when it was refused: whoever asks has no answer, and it is not for the question's sake.
   */
  ask<S extends z.ZodType>(request: ServiceRequest, schema: S): Promise<z.output<S> | null>;
  /** Tells it something, once. @throws as `tellService`. */
  tell(request: ServiceRequest): Promise<void>;
}

export function createServiceClient(options: ServiceClientOptions): ServiceClient {
  const policy = createServicePolicy(options);
  return {
    async ask(request, schema) {
      try {
        return await policy.read((signal) => askService(options, request, schema, signal));
      } catch (error) {
        if (error instanceof RefusedByService) throw new DependencyUnavailable(options.service, { cause: error });
        throw error;
      }
    },
    tell: (request) => policy.tell((signal) => tellService(options, request, signal)),
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

export type ServiceAddress = Pick<ServiceClientOptions, 'service' | 'baseUrl' | 'authorization'>;

/** An answer of another service that is larger than this is not read to its end. */
const maxAnswerBytes = 1_048_576;
/** How long the rest of an answer that nobody needs may take, in milliseconds, before its connection is given up. */
const restMs = 5_000;

/** Keeps connections for the next calls. */
const connections = new Agent();

type Answer = Dispatcher.ResponseData;

/**
 * One question to a service of the platform, until the signal ends it: bounded in size, no redirects followed, the answer parsed by a schema.
 * @returns null for 404 and 410.
 * @throws DependencyUnavailable when no answer came, or 5xx; UnusableAnswer when one came that does not answer the question.
 * @throws RefusedByService for any other status, and for a path segment that no URL can hold: a retry cannot help.
 */
export async function askService<S extends z.ZodType>(
  to: ServiceAddress,
  request: ServiceRequest,
  schema: S,
  signal: AbortSignal,
): Promise<z.output<S> | null> {
  const text = await outcomeOf(to, signal, async () => {
    const answer = await send(to, request, signal);
    if (goneStatuses.has(answer.statusCode) && request.method === 'GET') {
      leaveRest(answer);
      return null;
    }
    refuseUnlessDone(to, answer);
    return readBounded(answer, to.service);
  });
  return text === null ? null : parseAnswer(to.service, text, schema);
}

/**
 * Tells a service of the platform something. Any 2xx says that it is done, whatever else the answer holds. HTML does not: that is the page of
 * something that stands before the service.
 * @throws as `askService`.
 */
export async function tellService(to: ServiceAddress, request: ServiceRequest, signal: AbortSignal): Promise<void> {
  await outcomeOf(to, signal, async () => {
    const answer = await send(to, request, signal);
    refuseUnlessDone(to, answer);
    leaveRest(answer);
    if (/^text\/html\b/i.test(String(answer.headers['content-type'] ?? '').trim())) {
      throw new UnusableAnswer(to.service, 'answered with a web page');
    }
  });
}

/** What goes wrong on the way is an outage, unless something that can be called an answer arrived. */
async function outcomeOf<T>({ service }: ServiceAddress, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof RefusedByService || error instanceof DependencyUnavailable) throw error;
    if (signal.aborted) throw new DependencyUnavailable(service, { cause: new TimedOut('no answer in time', { cause: error }) });
    if (isBadHttp(error)) throw new UnusableAnswer(service, 'the answer is not HTTP as it should be', { cause: error });
    throw new DependencyUnavailable(service, { cause: error });
  }
}

/** Bytes came, but they are no HTTP, or their headers are too large to be read. */
const isBadHttp = (error: unknown): boolean =>
  error instanceof undiciErrors.HTTPParserError || error instanceof undiciErrors.HeadersOverflowError;

function send({ service, baseUrl, authorization }: ServiceAddress, request: ServiceRequest, signal: AbortSignal): Promise<Answer> {
  // A URL takes these for steps through the path, escaped or not: the call would reach another address.
  if (request.path.some((segment) => segment === '.' || segment === '..'))
    throw new RefusedByService(`${service} cannot be asked for "." or ".."`);
  const url = `${baseUrl}/${request.path.map(encodeURIComponent).join('/')}`;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (authorization !== undefined) headers['authorization'] = authorization;
  if (request.idempotencyKey !== undefined) headers['idempotency-key'] = request.idempotencyKey;
  let body: string | null = null;
  if (request.json !== undefined) {
    headers['content-type'] = 'application/json';
    body = JSON.stringify(request.json);
  } else if (request.form !== undefined) {
    headers['content-type'] = 'application/x-www-form-urlencoded;charset=UTF-8';
    body = new URLSearchParams(request.form).toString();
  }
  // It follows no redirects.
  return sendRequest(url, { method: request.method, headers, body, signal, dispatcher: connections });
}

/** Statuses that say "not now". */
const laterStatuses = new Set([408, 425, 429]);
/** Statuses that say that there is no such thing. */
const goneStatuses = new Set([404, 410]);

function refuseUnlessDone({ service }: ServiceAddress, answer: Answer): void {
  const { statusCode: status } = answer;
  if (status >= 200 && status <= 299) return;
  leaveRest(answer);
  const problem = `${service} answered ${status}`;
  if (status >= 500) throw new DependencyUnavailable(service, { cause: new Error(problem) });
  if (status < 400 || laterStatuses.has(status)) throw new UnusableAnswer(service, problem);
  // A wrong base URL answers 404 to everything: what is told to it fails and stays visible, instead of being called off unseen.
  throw new RefusedByService(problem, { isGone: status === 410 });
}

/** Takes in what nobody reads, so that the connection serves the next call; closes it when that is much, or takes long. */
function leaveRest({ body }: Answer): void {
  body.dump({ limit: maxAnswerBytes, signal: AbortSignal.timeout(restMs) }).catch(() => {});
}

async function readBounded({ body }: Answer, service: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxAnswerBytes) throw new UnusableAnswer(service, `answer larger than ${maxAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** JSON is UTF-8 (RFC 8259); whatever the content type says, and with or without a byte order mark. */
function parseAnswer<S extends z.ZodType>(service: string, bytes: Buffer, schema: S): z.output<S> {
  let value: unknown;
  try {
    value = bytes.length === 0 ? null : JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Without the parser's words: they quote the answer, and names are not for the log.
    throw new UnusableAnswer(service, 'the answer is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new UnusableAnswer(service, 'the answer does not have the form that was agreed on', { cause: parsed.error });
  return parsed.data;
}
