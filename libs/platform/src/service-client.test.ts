import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DependencyUnavailable, RefusedByService } from '@mood/domain';
import { z } from 'zod';
import { askService, tellService } from './service-client.ts';
import type { ServiceClientOptions, ServiceRequest } from './service-client.ts';
import { startStopwatch } from '@mood/testing/processor-time';
import { startTinyServer } from '@mood/testing/tiny-server';
import type { TinyServer } from '@mood/testing/tiny-server';

let server: TinyServer;
beforeAll(async () => {
  server = await startTinyServer();
});
beforeEach(() => {
  server.seen.length = 0;
  server.answer((response) => response.end('{"name":"Sophia"}'));
});
afterAll(() => server.close());

const shape = z.object({ name: z.string() });
const get: ServiceRequest = { method: 'GET', path: ['people', '1'] };

function call(request: ServiceRequest = get, { timeoutMs = 2_000, ...options }: Partial<ServiceClientOptions> = {}) {
  const to = { service: 'test service', baseUrl: server.url, ...options };
  return askService(to, request, shape, AbortSignal.timeout(timeoutMs));
}

/** Where nobody listens any more. */
async function closedUrl(): Promise<string> {
  const gone = await startTinyServer();
  await gone.close();
  return gone.url;
}

/** The failure of a call, which has to come. */
async function failureOf(answer: Promise<unknown>): Promise<Error> {
  const failure: unknown = await answer.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof Error)) throw new Error('the call went well');
  return failure;
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : String(error.cause);
}

describe('a call', () => {
  test('answers with what the schema reads, and shows no more than it was given', async () => {
    expect(await call()).toEqual({ name: 'Sophia' });
    const [request] = server.seen;
    expect(request).toMatchObject({ method: 'GET', url: '/people/1', body: '' });
    expect(request?.headers.accept).toBe('application/json');
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.headers['idempotency-key']).toBeUndefined();
  });

  test('carries its token, its idempotency key and its JSON', async () => {
    await call(
      { method: 'POST', path: ['notes'], json: { text: 'Grüße 💕' }, idempotencyKey: 'reply-1' },
      { authorization: 'Bearer secret' },
    );
    const [request] = server.seen;
    expect(request?.method).toBe('POST');
    expect(JSON.parse(request?.body ?? '')).toEqual({ text: 'Grüße 💕' });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': 'reply-1',
      authorization: 'Bearer secret',
    });
  });

  test('carries a form', async () => {
    await call({ method: 'POST', path: ['introspect'], form: { token: 'a&b=c d' } });
    expect(server.seen[0]?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    expect(new URLSearchParams(server.seen[0]?.body).get('token')).toBe('a&b=c d');
  });

  test.each(['a/b', '../admin', 'x?y=1', 'x#y', 'ü 💕', '%2e%2e', 'a\\b'])('keeps the path segment %j in its place', async (segment) => {
    await call({ method: 'GET', path: ['people', segment, 'end'] });
    const parts = (server.seen[0]?.url ?? '').split('/');
    expect(parts).toHaveLength(4);
    expect(decodeURIComponent(parts[2] ?? '')).toBe(segment);
  });

  test.each(['.', '..'])('never climbs out of its path with the segment %j', async (segment) => {
    expect(await failureOf(call({ method: 'GET', path: ['people', segment, 'secrets'] }))).toBeInstanceOf(RefusedByService);
    expect(server.seen).toEqual([]);
  });

  test('takes an empty answer for null', async () => {
    server.answer((response) => response.writeHead(204).end());
    const nothing = await askService({ service: 'test service', baseUrl: server.url }, get, z.null(), AbortSignal.timeout(2_000));
    expect(nothing).toBeNull();
  });

  test.each([404, 410])('takes %d for absence when it asks, and for a refusal when it tells', async (status) => {
    server.answer((response) => response.writeHead(status).end('{"error":"NOT_FOUND"}'));
    expect(await call()).toBeNull();
    const to = { service: 'test service', baseUrl: server.url };
    const told = tellService(to, { method: 'POST', path: ['people'], json: {} }, AbortSignal.timeout(2_000));
    const refusal = await failureOf(told);
    expect(refusal).toBeInstanceOf(RefusedByService);
    expect(refusal).toMatchObject({ isGone: status === 410 });
    expect(await failureOf(call({ method: 'POST', path: ['people'], json: {} }))).toBeInstanceOf(RefusedByService);
  });
});

describe('a service that fails', () => {
  test.each([500, 502, 503, 504, 429, 408, 425])('with %d is worth another try', async (status) => {
    server.answer((response) => response.writeHead(status).end('whatever'));
    const failure = await failureOf(call());
    expect(failure).toBeInstanceOf(DependencyUnavailable);
    expect(failure).toMatchObject({ dependency: 'test service', code: 'SYSTEM_ERROR' });
    expect(causeOf(failure)).toContain(`answered ${status}`);
  });

  test.each([400, 401, 403, 409, 422])('with %d refuses for good', async (status) => {
    server.answer((response) => response.writeHead(status).end('whatever'));
    const failure = await failureOf(call());
    expect(failure).toBeInstanceOf(RefusedByService);
    expect(failure.message).toBe(`test service answered ${status}`);
    expect(failure).toMatchObject({ isGone: false });
  });

  test.each([301, 302, 307, 308])('with a redirect (%d) is not followed, and the token goes nowhere else', async (status) => {
    const elsewhere = await startTinyServer();
    try {
      server.answer((response) => response.writeHead(status, { location: `${elsewhere.url}/steal` }).end());
      expect(await failureOf(call(get, { authorization: 'Bearer secret' }))).toBeInstanceOf(DependencyUnavailable);
      expect(elsewhere.seen).toEqual([]);
      expect(server.seen).toHaveLength(1);
    } finally {
      await elsewhere.close();
    }
  });

  test.each(['<html>Bad gateway</html>', '{"name":', '[]', '{"name":7}', 'null', ''])(
    'with the answer %j is not believed',
    async (text) => {
      server.answer((response) => response.end(text));
      expect(await failureOf(call())).toBeInstanceOf(DependencyUnavailable);
    },
  );

  test('with an answer of more than 1 MiB is not read to its end', async () => {
    let hungUp = false;
    server.answer((response) => {
      response.once('close', () => {
        hungUp = true;
      });
      response.write(`{"name":"${'x'.repeat(64)}`);
      const chunk = 'x'.repeat(65_536);
      const more = () => {
        while (!response.destroyed && response.write(chunk));
        response.once('drain', more);
      };
      more();
    });
    const failure = await failureOf(call(get, { timeoutMs: 20_000 }));
    expect(failure).toBeInstanceOf(DependencyUnavailable);
    expect(causeOf(failure)).toContain('larger than 1048576 bytes');
    await expect(untilTrue(() => hungUp)).resolves.toBe(true);
  });

  test('with an answer of exactly 1 MiB is read', async () => {
    const name = 'x'.repeat(1_048_576 - '{"name":""}'.length);
    server.answer((response) => response.end(JSON.stringify({ name })));
    expect((await call())?.name).toHaveLength(name.length);
  });

  test.each([
    ['never answers', () => {}],
    ['stops in the middle of its answer', (response: { write(text: string): unknown }) => void response.write('{"name":')],
  ])('because it %s is given up in time', async (_how, answer) => {
    server.answer(answer);
    const elapsed = startStopwatch();
    const failure = await failureOf(call(get, { timeoutMs: 150 }));
    // The time is the claim here: given up after the timeout, with room for a busy machine.
    expect(elapsed()).toBeLessThan(2_000);
    expect(failure).toBeInstanceOf(DependencyUnavailable);
    expect(causeOf(failure)).toContain('TimeoutError');
  });

  test('because it hangs up is worth another try', async () => {
    server.answer((response) => response.destroy());
    expect(await failureOf(call())).toBeInstanceOf(DependencyUnavailable);
  });

  test.each<[string, string, () => Promise<string>]>([
    ['cannot be sent', 'Bearer se\ncret', async () => server.url],
    ['was sent to nobody', 'Bearer se-cret', closedUrl],
    ['was not answered', 'Bearer se-cret', async () => server.url],
  ])('with a token that %s does not pass it on, in no cause either', async (_how, authorization, urlOf) => {
    server.answer((response) => response.destroy());
    const failure = await failureOf(call(get, { baseUrl: await urlOf(), authorization }));
    expect(failure).toBeInstanceOf(DependencyUnavailable);
    expect(inspect(failure, { depth: Infinity, showHidden: true })).not.toContain('cret');
  });

  test('because nothing listens is worth another try', async () => {
    expect(await failureOf(call(get, { baseUrl: await closedUrl() }))).toBeInstanceOf(DependencyUnavailable);
  });
});

/** For what the other end of a connection notices a moment later. */
async function untilTrue(look: () => boolean): Promise<boolean> {
  const deadline = Date.now() + 5_000;
  while (!look() && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  return look();
}
