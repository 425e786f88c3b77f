import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { demoPerformers, demoUsers } from './demo-people.ts';
import { attemptsShape, openPlatform } from './platform.fixture.ts';
import type { PlatformUnderTest } from './platform.fixture.ts';

let platform: PlatformUnderTest;
/** What the platform's dice show next. */
let dice = 0;
beforeEach(async () => {
  dice = 0;
  platform = await openPlatform({ random: () => dice });
});
afterEach(() => platform.stop());

const conversation = randomUUID();
const message = { senderId: randomUUID(), recipientId: randomUUID(), text: 'Back soon!' };
const send = (key: string) => platform.call('POST', `/conversations/${conversation}/messages`, message, { 'Idempotency-Key': key });
const setFault = (service: string, mode: string, rate?: number) => platform.call('PUT', `/sandbox/faults/${service}`, { mode, rate });
const stored = async () => (await platform.call('GET', `/sandbox/messages?conversationId=${conversation}`)).body;
const outcomes = async (key: string) => {
  const { attempts } = await platform.read(attemptsShape, 'GET', `/sandbox/attempts?idempotencyKey=${key}`);
  return attempts.map((attempt) => attempt.outcome);
};

describe('faults', () => {
  test.each([
    ['auth', 'GET', '/.well-known/jwks.json'],
    ['users', 'GET', `/users/${demoUsers[0]?.id}`],
    ['performers', 'GET', `/performers/${demoPerformers[0]?.id}`],
    ['messages', 'POST', '/notifications'],
    ['analytics', 'POST', '/events'],
  ])('a fault of %s hits that service and no other', async (service, method, path) => {
    expect((await setFault(service, 'error')).body).toEqual({ service, mode: 'error', rate: 1 });
    expect((await platform.call(method, path)).status).toBe(500);
    const others = ['/.well-known/jwks.json', `/users/${demoUsers[0]?.id}`, `/performers/${demoPerformers[0]?.id}`].filter(
      (one) => one !== path,
    );
    for (const other of others) expect((await platform.call('GET', other)).status).toBe(200);
    await setFault(service, 'ok');
    expect((await platform.call(method, path)).status).not.toBe(500);
  });

  test('rate-limited refuses with 429 and says when to come back', async () => {
    await setFault('messages', 'rate-limited');
    const answer = await send(randomUUID());
    expect(answer.status).toBe(429);
    expect(answer.headers.get('Retry-After')).toBe('1');
    expect(await stored()).toEqual({ messages: [] });
  });

  test('timeout never answers and has no effect; the caller gives up', async () => {
    const key = randomUUID();
    await setFault('messages', 'timeout');
    await expect(
      fetch(`${platform.url}/conversations/${conversation}/messages`, {
        method: 'POST',
        headers: { 'Idempotency-Key': key },
        body: JSON.stringify(message),
        signal: AbortSignal.timeout(200),
      }),
    ).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await stored()).toEqual({ messages: [] });
    expect(await outcomes(key)).toEqual(['timeout']);
  });

  test('a platform that stops lets go of the calls it holds', async () => {
    const key = randomUUID();
    await setFault('messages', 'timeout');
    const held = send(key).then(
      () => 'answered',
      () => 'connection ended',
    );
    while ((await outcomes(key)).length === 0);
    await platform.stop();
    expect(await held).toBe('connection ended');
  });

  test('drop-after-effect sends the message and loses the answer; the retry under the same key sends nothing twice', async () => {
    const key = randomUUID();
    await setFault('messages', 'drop-after-effect');
    await expect(send(key)).rejects.toThrow('fetch failed');
    expect(await stored()).toMatchObject({ messages: [{ text: message.text, idempotencyKey: key }] });
    await setFault('messages', 'ok');
    const retry = await send(key);
    expect(retry.status).toBe(200);
    expect(retry.headers.get('Idempotent-Replay')).toBe('true');
    expect(await stored()).toMatchObject({ messages: [{ idempotencyKey: key }] });
    expect(await outcomes(key)).toEqual(['drop-after-effect', 'replayed']);
  });

  test('the connection is also dropped when it is reused for many calls, and the platform lives on', async () => {
    await setFault('users', 'drop-after-effect');
    for (let n = 0; n < 5; n += 1) await expect(platform.call('GET', `/users/${demoUsers[0]?.id}`)).rejects.toThrow('fetch failed');
    expect((await platform.call('GET', '/health')).body).toEqual({ status: 'ok' });
  });

  test('a rate hits that share of the calls', async () => {
    await setFault('users', 'error', 0.25);
    dice = 0.24;
    expect((await platform.call('GET', `/users/${demoUsers[0]?.id}`)).status).toBe(500);
    dice = 0.25;
    expect((await platform.call('GET', `/users/${demoUsers[0]?.id}`)).status).toBe(200);
  });

  test('the state of every service is listed', async () => {
    await setFault('analytics', 'timeout', 0.5);
    expect((await platform.call('GET', '/sandbox/faults')).body).toEqual({
      faults: [
        ...['auth', 'users', 'performers', 'messages'].map((service) => ({ service, mode: 'ok', rate: 1 })),
        { service: 'analytics', mode: 'timeout', rate: 0.5 },
      ],
    });
  });

  test.each([
    ['billing', { mode: 'ok' }],
    ['auth', { mode: 'explode' }],
    ['auth', { mode: 'error', rate: 1.1 }],
  ])('a fault of %s like %j is refused', async (service, body) => {
    expect((await platform.call('PUT', `/sandbox/faults/${service}`, body)).status).toBe(400);
  });
});

describe('what callers did', () => {
  test('every attempt is on record with its time and outcome, in order', async () => {
    const key = randomUUID();
    for (const mode of ['error', 'rate-limited', 'ok', 'ok']) {
      await setFault('messages', mode);
      await send(key);
    }
    const { attempts } = await platform.read(attemptsShape, 'GET', `/sandbox/attempts?idempotencyKey=${key}`);
    expect(attempts.map((attempt) => attempt.outcome)).toEqual(['error', 'rate-limited', 'ok', 'replayed']);
    expect(attempts.every((attempt) => attempt.service === 'messages')).toBe(true);
    expect(attempts.map((attempt) => attempt.at)).toEqual(attempts.map((attempt) => attempt.at).toSorted());
  });

  test('a refused call is on record as refused', async () => {
    await platform.call('GET', `/users/${randomUUID()}`);
    const { attempts } = await platform.read(attemptsShape, 'GET', '/sandbox/attempts');
    expect(attempts).toMatchObject([{ service: 'users', outcome: 'refused' }]);
  });

  test('key set and introspection requests are counted, faulted ones too', async () => {
    await platform.call('GET', '/.well-known/jwks.json');
    await setFault('auth', 'error');
    await platform.call('GET', '/.well-known/jwks.json');
    await platform.call('POST', '/oauth/introspect', { token: 'x' });
    expect((await platform.call('GET', '/sandbox/counters')).body).toMatchObject({ jwks: 2, introspect: 1, token: 0 });
  });

  test('reset forgets messages, faults, counters and attempts, and keeps the people', async () => {
    const key = randomUUID();
    await send(key);
    await setFault('users', 'error');
    expect((await platform.call('POST', '/sandbox/reset')).status).toBe(200);
    expect(await stored()).toEqual({ messages: [] });
    expect(await outcomes(key)).toEqual([]);
    expect((await platform.call('GET', '/sandbox/counters')).body).toMatchObject({ messages: 0 });
    expect((await platform.call('GET', `/users/${demoUsers[0]?.id}`)).status).toBe(200);
    expect((await send(key)).status).toBe(201);
  });
});

describe('answers to what the platform does not understand', () => {
  test('an unknown route is a 404 in JSON', async () => {
    expect(await platform.call('GET', '/nowhere')).toMatchObject({
      status: 404,
      body: { error: 'NOT_FOUND', message: 'There is no GET /nowhere' },
    });
  });

  test('a body that is no JSON is refused', async () => {
    const response = await fetch(`${platform.url}/events`, { method: 'POST', body: '{"events":' });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'INVALID_REQUEST', message: 'The body is not valid JSON' });
  });

  test('a body over one megabyte is refused, whether its length is declared or not', async () => {
    const body = JSON.stringify({ events: 'x'.repeat(1_000_001) });
    expect((await fetch(`${platform.url}/events`, { method: 'POST', body })).status).toBe(413);
    const chunked = new Blob([body]).stream();
    expect((await fetch(`${platform.url}/events`, { method: 'POST', body: chunked, duplex: 'half' })).status).toBe(413);
  });
});
