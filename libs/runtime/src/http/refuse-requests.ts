import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../logger.ts';
import { createRefusalLog } from './refusal-log.ts';
import { isOfHost, problemOfTarget, readAbsoluteTarget } from './request-target.ts';

export type AnswerHeaders = readonly (readonly [name: string, value: string])[];

/** What a browser is shown in place of JSON; its headers come over the common ones. */
export interface RefusalPage {
  headers: AnswerHeaders;
  body: string;
}

/** undefined: this request gets JSON. */
export type RefusalPages = (request: Pick<IncomingMessage, 'url' | 'headers'>) => RefusalPage | undefined;

export interface RefusalOptions {
  /** Headers of every answer, besides its type and its id. */
  headers: () => AnswerHeaders;
  /** Whether to refuse request targets that are not a path in normal form. */
  checkTargets: boolean;
  /** The methods that any route of the server has. */
  methods: readonly string[];
  logger: Logger;
  /** For request targets that are not in normal form: somebody may have typed one. */
  pages?: RefusalPages | undefined;
}

/** Why a request is refused before it reaches a route. The message is for its sender, the problem for the log. */
interface Refusal {
  status: 400 | 405 | 408 | 413 | 417 | 431;
  message: string;
  problem: string;
  /** Whether it is about the request target. */
  ofTarget?: true;
}

/** Options for creating the server: without them Node.js answers some requests itself, in a form of its own. */
export const answersByUs = { requireHostHeader: false } as const;

/** Node.js drops headers beyond this number; a dropped one could be the one that a trusted proxy added, so such requests are refused. */
export const maxHeaders = 100;

/**
 * Answers requests that never reach a route in the form of all others: JSON with `error` and `message`, the common headers, an
 * `X-Request-Id`, and a log line, limited per minute. This covers unparsable HTTP, timeouts, expectations that cannot be met, and ambiguous
 * targets, `Host` headers and methods.
 * @returns a function that checks a request in its turn, before its route: true when it was refused and answered.
 */
export function refuseBadRequests(
  server: Server,
  options: RefusalOptions,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { methods } = options;
  const tell = createRefusalLog(options.logger);
  server.maxHeadersCount = maxHeaders + 1;
  /** Unfinished answers by connection: a refusal must not overtake them. */
  const open = new WeakMap<Duplex, Set<ServerResponse>>();
  /** Bytes received after the refusal that ends a connection. */
  const readOver = new WeakMap<Duplex, number>();

  function formOf(refusal: Refusal, requestId: string, page?: RefusalPage): { headers: [string, string][]; body: string } {
    const body = page?.body ?? JSON.stringify({ error: 'INVALID_REQUEST', message: refusal.message });
    const headers: [string, string][] = [
      ...options.headers().map(([name, value]): [string, string] => [name, value]),
      ['X-Request-Id', requestId],
      ['Content-Type', 'application/json'],
      ['Content-Length', String(Buffer.byteLength(body))],
      ['Connection', 'close'],
    ];
    if (refusal.status === 405) headers.push(['Allow', methods.join(', ')]);
    for (const [name, value] of page?.headers ?? []) headers.push([name, value]);
    return { headers, body };
  }

  function answer(response: ServerResponse, request: IncomingMessage, refusal: Refusal): void {
    const requestId = randomUUID();
    tell({ requestId, ...refusal });
    const { headers, body } = formOf(refusal, requestId, refusal.ofTarget && options.pages?.(request));
    for (const [name, value] of headers) response.setHeader(name, value);
    response.writeHead(refusal.status).end(request.method === 'HEAD' ? undefined : body);
  }

  /** Writes a refusal directly to the socket: for bytes that never became a request. */
  function answerOn(socket: Duplex, refusal: Refusal): void {
    // An earlier answer has ended the connection; its last bytes may be on their way.
    if (!socket.writable) return;
    const requestId = randomUUID();
    tell({ requestId, ...refusal });
    readOver.set(socket, 0);
    const { headers, body } = formOf(refusal, requestId);
    const lines = [`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
    socket.end(`${lines.join('\r\n')}\r\nDate: ${new Date().toUTCString()}\r\n\r\n${body}`);
    const close = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(close));
  }

  /** Writes the refusal once all earlier requests of the connection are answered. */
  function afterEarlier(socket: Duplex, answers: readonly ServerResponse[], refusal: Refusal): void {
    const earlier = answers.filter((response) => !response.writableFinished);
    let left = earlier.length;
    if (left === 0) return answerOn(socket, refusal);
    for (const response of earlier) {
      response.once('close', () => {
        left -= 1;
        if (left === 0) answerOn(socket, refusal);
      });
    }
  }

  /** Closing a connection with unread bytes would lose the refusal: a bounded number of bytes is read first. */
  function readOn(socket: Duplex, before: number, rawPacket: Buffer | undefined): void {
    const bytes = before + (rawPacket?.length ?? Infinity);
    readOver.set(socket, bytes);
    if (bytes > maxReadOverBytes) socket.destroy();
  }

  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket) => {
    const over = readOver.get(socket);
    if (over !== undefined) return readOn(socket, over, error.rawPacket);
    const refusal = refusalOf(error);
    // The client has gone, or never sent anything: there is nobody to answer.
    if (refusal === undefined || ('bytesRead' in socket && socket.bytesRead === 0)) return void socket.destroy();
    const before = [...(open.get(socket) ?? [])];
    // Part of the answer has been sent: anything more would be read as more of it.
    if (before.some((response) => !response.req.complete && response.headersSent)) return void socket.destroy();
    afterEarlier(
      socket,
      before.filter((response) => response.req.complete),
      refusal,
    );
  });

  // Without this handler Node.js answers itself, or passes the request on out of turn.
  const unmet = new WeakSet<IncomingMessage>();
  server.on('checkExpectation', (request, response) => {
    unmet.add(request);
    server.emit('request', request, response);
  });

  server.on('connect', (_request, socket) => {
    const refusal: Refusal = { status: 405, message: 'This is no proxy: CONNECT is not answered.', problem: 'method CONNECT' };
    afterEarlier(socket, [...(open.get(socket) ?? [])], refusal);
  });

  // Registered at arrival, before the request's turn has come.
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const answers = open.get(socket) ?? new Set();
    open.set(socket, answers.add(response));
    response.once('close', () => answers.delete(response));
  });

  return (request, response) => {
    const refusal = unmet.has(request) ? unmetExpectation : problemOf(request, options.checkTargets);
    if (refusal === undefined) return false;
    answer(response, request, refusal);
    return true;
  };
}

/** How many bytes of a connection are read after its last answer. */
const maxReadOverBytes = 262_144;
/** How long a client has to read the refusal, in milliseconds. */
const lingerMs = 1_000;

const unmetExpectation: Refusal = {
  status: 417,
  message: 'The header "Expect" can ask for nothing but "100-continue" here.',
  problem: 'expectation',
};

/** Turns an absolute request target into a path, and checks the headers. @returns why the request is refused. */
function problemOf(request: IncomingMessage, checkTarget: boolean): Refusal | undefined {
  const framing = problemOfFraming(request);
  if (framing !== undefined) return framing;
  const { rawHeaders } = request;
  if (rawHeaders.length / 2 > maxHeaders) {
    return { status: 431, message: `The request has more than ${maxHeaders} headers.`, problem: 'number of headers' };
  }
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) if (rawHeaders[index]?.toLowerCase() === 'host') hosts += 1;
  if (hosts > 1) return { status: 400, message: 'The request has more than one "Host" header.', problem: 'more than one Host' };
  if (hosts === 0) {
    // HTTP/1.1 requires the header.
    if (request.httpVersion !== '1.0') return { status: 400, message: 'The request has no "Host" header.', problem: 'no Host' };
    request.headers.host = 'localhost';
  } else if (!isHost(request.headers.host ?? '')) {
    return { status: 400, message: 'The "Host" header names no host.', problem: 'no valid Host' };
  }
  const absolute = readAbsoluteTarget(request.url ?? '');
  if (absolute !== undefined) {
    if (hosts > 0 && !isOfHost(absolute, request.headers.host ?? '')) {
      return { status: 400, message: 'The URL and the "Host" header name different hosts.', problem: 'absolute URL of another host' };
    }
    if (!isHost(absolute.authority)) return { status: 400, message: 'The URL names no host.', problem: 'absolute URL without a host' };
    if (hosts === 0) request.headers.host = absolute.authority;
    request.url = absolute.target;
  }
  const problem = checkTarget ? problemOfTarget(request.url ?? '') : undefined;
  return problem === undefined
    ? undefined
    : { status: 400, message: `The URL is not in its normal form: ${problem}.`, problem, ofTarget: true };
}

/**
 * Where a request ends has to be beyond doubt, or whoever stands before us sees another request behind it than we do (RFC 9112, 6.1).
 * Node.js takes `HTTP/0.9` and `HTTP/2.0` for HTTP/1.1, chunks in HTTP/1.0, and any coding whose last one is `chunked`.
 */
function problemOfFraming({ httpVersion, headers }: IncomingMessage): Refusal | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    return { status: 400, message: 'This version of HTTP is not answered here: use 1.1 or 1.0.', problem: 'version of HTTP' };
  }
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return undefined;
  if (httpVersion === '1.0')
    return { status: 400, message: 'Version 1.0 of HTTP has no "Transfer-Encoding".', problem: 'transfer coding in HTTP/1.0' };
  if (coding.toLowerCase() === 'chunked') return undefined;
  return { status: 400, message: 'The only "Transfer-Encoding" that is read here is "chunked".', problem: 'transfer coding' };
}

const host = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/;

function isHost(text: string): boolean {
  const match = host.exec(text);
  return match !== null && Number(match[1] ?? 0) <= 65_535;
}

/** The beginning of a request whose method Node.js does not know. */
const unknownMethod = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+ \/\S* HTTP\/1\.[01]\r\n/;

/** Errors of Node.js that have an answer of their own, by code. All others are unparsable HTTP. */
const refusals: ReadonlyMap<string, Pick<Refusal, 'status' | 'message'>> = new Map([
  ['HPE_HEADER_OVERFLOW', { status: 431, message: 'The headers of the request are too large.' }],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', { status: 413, message: 'The chunk extensions of the request are too large.' }],
  ['ERR_HTTP_REQUEST_TIMEOUT', { status: 408, message: 'The request did not come to its end in time.' }],
]);

const goneCodes = new Set(['ECONNRESET', 'EPIPE']);

/** @returns undefined when the client is gone. */
function refusalOf({ code = 'unreadable', rawPacket }: NodeJS.ErrnoException & { rawPacket?: Buffer }): Refusal | undefined {
  if (goneCodes.has(code)) return undefined;
  if (code === 'HPE_INVALID_METHOD' && unknownMethod.test(rawPacket?.toString('latin1') ?? '')) {
    return { status: 405, message: 'No path here knows that method.', problem: code };
  }
  return { status: 400, message: 'The request is not HTTP as it should be.', ...refusals.get(code), problem: code };
}
