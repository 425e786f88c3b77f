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
   * Reads from the service, with one retry, since reading changes nothing.
   * @returns the parsed answer; null when the service does not know the thing (404, 410).
   * @throws DependencyUnavailable, also when the call was refused: the caller has no answer either way, and the question was not at fault.
   */
  ask<S extends z.ZodType>(request: ServiceRequest, schema: S): Promise<z.output<S> | null>;
  /** Writes to the service, without a retry. @throws as `tellService`. */
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
  /** Path segments. They are escaped, since they can come from callers. */
  path: readonly string[];
  json?: unknown;
  form?: Record<string, string>;
  idempotencyKey?: string;
}

export type ServiceAddress = Pick<ServiceClientOptions, 'service' | 'baseUrl' | 'authorization'>;

/** Largest answer that is read, in bytes. */
const maxAnswerBytes = 1_048_576;
/** How long to read the rest of an unneeded answer, in milliseconds, before the connection is closed instead. */
const restMs = 5_000;

/** Keeps connections open for later calls. */
const connections = new Agent();

type Answer = Dispatcher.ResponseData;

/**
 * One read from a service, bounded by the signal and in size; redirects are not followed, and the answer is parsed by a schema.
 * @returns null for 404 and 410.
 * @throws DependencyUnavailable without an answer, or for 5xx; UnusableAnswer for an answer to something else.
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
 * One write to a service. Any 2xx means success, whatever the body holds, except HTML: that is a page of something in front of the service.
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

/** A failed call counts as an outage, unless an answer arrived that can be judged. */
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

/** The server sent something that is not HTTP, or headers that are too large. */
const isBadHttp = (error: unknown): boolean =>
  error instanceof undiciErrors.HTTPParserError || error instanceof undiciErrors.HeadersOverflowError;

function send({ service, baseUrl, authorization }: ServiceAddress, request: ServiceRequest, signal: AbortSignal): Promise<Answer> {
  // URLs treat these segments, escaped or not, as steps through the path: the call would reach another address.
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
  // Redirects are not followed.
  return sendRequest(url, { method: request.method, headers, body, signal, dispatcher: connections });
}

/** Statuses that mean "try again later". */
const laterStatuses = new Set([408, 425, 429]);
/** Statuses that mean that the thing does not exist. */
const goneStatuses = new Set([404, 410]);

function refuseUnlessDone({ service }: ServiceAddress, answer: Answer): void {
  const { statusCode: status } = answer;
  if (status >= 200 && status <= 299) return;
  leaveRest(answer);
  const problem = `${service} answered ${status}`;
  if (status >= 500) throw new DependencyUnavailable(service, { cause: new Error(problem) });
  if (status < 400 || laterStatuses.has(status)) throw new UnusableAnswer(service, problem);
  // With a wrong base URL everything is answered by 404: then writes fail and stay visible, instead of being dropped silently.
  throw new RefusedByService(problem, { isGone: status === 410 });
}

/** Reads the rest of an unneeded answer, so that the connection can be reused; closes it when the rest is long or slow. */
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

/** Parses JSON as UTF-8 (RFC 8259), whatever the content type says, with or without a byte order mark. */
function parseAnswer<S extends z.ZodType>(service: string, bytes: Buffer, schema: S): z.output<S> {
  let value: unknown;
  try {
    value = bytes.length === 0 ? null : JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Without the parser's message: it quotes the answer, which can be personal.
    throw new UnusableAnswer(service, 'the answer is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new UnusableAnswer(service, 'the answer does not have the form that was agreed on', { cause: parsed.error });
  return parsed.data;
}
