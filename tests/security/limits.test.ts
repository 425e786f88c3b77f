import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { auditSettings, connectDatabase, createAuditLog, createAuditVault } from '@mood/db';
import { accessToSealed } from '@mood/domain';
import { createLogger, readSettings } from '@mood/runtime';
import { generateKeyPair, SignJWT } from 'jose';
import type { Answer } from '@mood/testing/api-client';
import { freePort } from '@mood/testing/free-port';
import { startNodeProcess } from '@mood/testing/process';
import type { NodeProcess } from '@mood/testing/process';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

const perAddress = 250;
const perPrincipal = 40;
const refusals = 10;
/** The default. */
const anonymous = 600;
/** The default. */
const badTokens = 100;

let stack: Stack;
let model: Model;
beforeAll(async () => {
  stack = await startStack({
    env: {
      TRUSTED_PROXIES: 'loopback, 10.0.0.0/8',
      REQUESTS_PER_MINUTE_PER_IP: String(perAddress),
      REQUESTS_PER_MINUTE_PER_PRINCIPAL: String(perPrincipal),
      REFUSED_WRITES_PER_MINUTE_PER_PRINCIPAL: String(refusals),
    },
  });
  model = await stack.createModel();
});
afterAll(() => stack.stop());

interface Call {
  from: string;
  token?: string;
  path?: string;
}

const get = ({ from, token, path = `/api/v1/mood/${model.id}` }: Call): Promise<Answer> =>
  stack.api.call('GET', path, { token, headers: { 'x-forwarded-for': from } });

/** A token of a user who did nothing yet. */
async function newcomer(): Promise<string> {
  const [userId] = await stack.platform.createUsers();
  return stack.platform.token('user', userId);
}

/** Also of what is no part of the API's document. */
const fetchFrom = (base: string, { from, path = '' }: Call) => fetch(base + path, { headers: { 'x-forwarded-for': from } });

async function statusesOf(
  calls: readonly Call[],
  send: (call: Call) => Promise<{ status: number }> = get,
): Promise<Record<number, number>> {
  const answers = await Promise.all(calls.map(send));
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

function expectTooMany({ status, headers, body }: Answer): void {
  expect([status, body.error]).toEqual([429, 'TOO_MANY_REQUESTS']);
  expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
}

describe('requests of one address', () => {
  test('are let through up to the limit exactly, whatever they ask for', async () => {
    const from = '198.51.100.1';
    const paths = ['/openapi.json', '/docs', '/nowhere', `/api/v1/mood/${model.id}`];
    const calls = times(perAddress + 50, (i) => ({ from, path: paths[i % paths.length] ?? '' }));
    const statuses = await statusesOf(calls, (call) => fetchFrom(stack.api.url, call));
    expect(statuses[429]).toBe(50);
    expectTooMany(await get({ from, token: await newcomer() }));
    expectTooMany(await stack.api.call('POST', '/api/v1/mood/update', { json: {}, headers: { 'x-forwarded-for': from } }));
    expect((await get({ from: '198.51.100.2' })).status).toBe(401);
  });

  test('are counted for the address that the nearest proxy saw, whatever the client writes before it', async () => {
    const statuses = await statusesOf(times(perAddress + 10, (i) => ({ from: `203.0.113.${i % 250}, 198.51.100.3, 10.1.1.${i % 250}` })));
    expect(statuses).toEqual({ 401: perAddress, 429: 10 });
  });

  test('are counted together for all IPv6 addresses of a /64', async () => {
    const statuses = await statusesOf(times(perAddress + 10, (i) => ({ from: `2001:db8:1:2:${i.toString(16)}::1` })));
    expect(statuses).toEqual({ 401: perAddress, 429: 10 });
    expect((await get({ from: '2001:db8:1:3::1' })).status).toBe(401);
  });

  test('cannot be passed off as those of others where no proxy is trusted', async () => {
    const port = await freePort();
    const direct = await startNodeProcess('apps/api/src/main.ts', { ...stack.env, PORT: String(port), TRUSTED_PROXIES: '' });
    try {
      const calls = times(perAddress + 10, (i) => ({ from: `198.51.100.${i % 250}`, path: '/nowhere' }));
      const statuses = await statusesOf(calls, (call) => fetchFrom(`http://127.0.0.1:${port}`, call));
      expect(statuses).toEqual({ 404: perAddress, 429: 10 });
    } finally {
      await direct.stop();
    }
  });
});

describe('requests of nobody who is signed in', () => {
  let url: string;
  let api: NodeProcess;
  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    api = await startNodeProcess('apps/api/src/main.ts', { ...stack.env, PORT: String(port), REQUESTS_PER_MINUTE_PER_IP: '60000' });
  });
  afterAll(() => api?.stop());

  const kinds: [what: string, path: string, headers: Record<string, string>][] = [
    ['the OpenAPI document', '/openapi.json', {}],
    ['the reference', '/docs', {}],
    ['a file of the reference', '/docs/try-it.js', {}],
    ['the sign-in', '/panel/sign-in', {}],
    ['the panel', '/panel/', {}],
    ['data of the panel without a session', '/panel/api/v1/mood/me', {}],
    ['data of the panel with a made-up session', '/panel/api/v1/mood/me', { cookie: 'mood=made-up' }],
    ['the queue board without a session', '/ops/queues', {}],
    ['a path that is not there', '/nowhere', {}],
    ['a path of the API that is not there', '/api/v1/moot', {}],
    ['a mood without a token', `/api/v1/mood/${crypto.randomUUID()}`, {}],
    ['templates without a token', '/api/v1/admin/mood/templates', {}],
    ['the OpenAPI document with a made-up token', '/openapi.json', { authorization: 'Bearer made-up' }],
    ['a path that is not there with a made-up token', '/nowhere', { authorization: 'Bearer made-up' }],
    ['a file of the reference with a made-up cookie', '/docs/try-it.js', { cookie: 'mood=made-up' }],
  ];

  test.each(kinds)('are let through up to a limit of their own (%s)', async (what, path, headers) => {
    const from = `198.51.104.${kinds.findIndex(([name]) => name === what)}`;
    const send = () => fetch(url + path, { redirect: 'manual', headers: { ...headers, 'x-forwarded-for': from } });
    const statuses: Record<number, number> = {};
    for (let sent = 0; sent < anonymous + 20; sent += 20) {
      for (const { status } of await Promise.all(times(20, send))) statuses[status] = (statuses[status] ?? 0) + 1;
    }
    expect(statuses[429]).toBe(20);
    const refused = await send();
    expectTooMany({ status: refused.status, headers: refused.headers, body: await refused.json() });
    // Neither those who are signed in nor the probes are held up.
    const signedIn = { 'x-forwarded-for': from, authorization: `Bearer ${await newcomer()}` };
    expect((await fetch(`${url}/api/v1/mood/${model.id}`, { headers: signedIn })).status).toBe(200);
    for (const probe of ['/livez', '/readyz', '/health']) {
      expect([probe, (await fetch(url + probe, { headers: { 'x-forwarded-for': from } })).status]).toEqual([probe, 200]);
    }
  });
});

test('the audit log holds the address of the client, and not that of the proxy', async () => {
  const from = '2001:db8:7::77';
  const { status } = await stack.api.call('POST', '/api/v1/mood/update', {
    token: model.token,
    json: { moodState: 'positive' },
    headers: { 'x-forwarded-for': `6.6.6.6, ${from}, 10.1.2.3`, 'user-agent': 'Browser 42' },
  });
  expect(status).toBe(200);
  expect(await originOfLastChange(model.id)).toEqual({ ipAddress: from, userAgent: 'Browser 42' });
});

/** Opens what is sealed, as an auditor with the master keys would. */
async function originOfLastChange(modelId: string) {
  const { auditMasterKeys } = readSettings(auditSettings, stack.env);
  const logger = createLogger({ name: 'test', level: 'silent' });
  const limits = { poolMax: 1, connectTimeoutMs: 5_000, statementTimeoutMs: 5_000 };
  const database = connectDatabase({ databaseUrl: stack.database.url, ...limits, applicationName: 'audit-test', logger });
  try {
    const [row] = await database.query<
      Record<'id' | 'key_id' | 'master_key_id', string> & Record<'ip_address' | 'user_agent' | 'wrapped_key', Buffer>
    >(
      {
        name: 'last-change',
        text: `SELECT l.id, l.ip_address, l.user_agent, k.id AS key_id, k.master_key_id, k.wrapped_key
          FROM mood_transition_logs l JOIN audit_data_keys k ON k.model_id = l.model_id
          WHERE l.model_id = $1 ORDER BY l.version DESC LIMIT 1`,
      },
      [modelId],
    );
    if (row === undefined) throw new Error('no change was logged');
    const vault = createAuditVault(database, auditMasterKeys);
    const auditor = { role: 'admin', subject: crypto.randomUUID(), scopes: new Set(['audit:read']) } as const;
    const access = await accessToSealed({ auditLog: createAuditLog(database, vault) }, auditor, { kind: 'read', filter: { modelId } });
    const key = { id: row.key_id, modelId, masterKeyId: row.master_key_id, wrappedKey: row.wrapped_key };
    return {
      ipAddress: vault.open(access, key, { rowId: row.id, modelId, field: 'ip_address' }, row.ip_address),
      userAgent: vault.open(access, key, { rowId: row.id, modelId, field: 'user_agent' }, row.user_agent),
    };
  } finally {
    await database.close();
  }
}

describe('requests of one principal', () => {
  test('are let through up to the limit exactly, from however many addresses', async () => {
    const [token, other] = [await newcomer(), await newcomer()];
    const statuses = await statusesOf(times(perPrincipal + 10, (i) => ({ from: `198.51.101.${i}`, token })));
    expect(statuses).toEqual({ 200: perPrincipal, 429: 10 });
    expectTooMany(await get({ from: '198.51.101.99', token }));
    expect((await get({ from: '198.51.101.99', token: other })).status).toBe(200);
  });

  test('are counted over all of its tokens', async () => {
    const [userId = ''] = await stack.platform.createUsers();
    const tokens = await Promise.all(times(3, () => stack.platform.token('user', userId)));
    const statuses = await statusesOf(times(perPrincipal + 10, (i) => ({ from: '198.51.102.1', token: tokens[i % 3] ?? '' })));
    expect(statuses).toEqual({ 200: perPrincipal, 429: 10 });
  });

  test('count as many as the models that are asked for in one', async () => {
    const [token, other] = [await newcomer(), await newcomer()];
    const from = '198.51.102.9';
    const page = (count: number) => `/api/v1/moods?modelIds=${times(count, () => crypto.randomUUID()).join(',')}`;
    expect((await get({ from, token, path: page(perPrincipal) })).status).toBe(200);
    expectTooMany(await get({ from, token }));
    expectTooMany(await get({ from, token: other, path: page(perPrincipal + 1) }));

    // Nobody was asked about for those that are too many, and about those that are not there once.
    const unknown = page(10);
    const asker = await newcomer();
    const calls = async () => (await stack.platform.counters())['performers'] ?? 0;
    const before = await calls();
    for (const _ of times(3, () => 0)) expect((await get({ from, token: asker, path: unknown })).body.notFound).toHaveLength(10);
    expect((await calls()) - before).toBe(10);
  });

  test('are not counted for a service', async () => {
    const token = await stack.platform.token('service');
    const statuses = await statusesOf(times(perPrincipal + 10, () => ({ from: '198.51.102.2', token })));
    expect(statuses).toEqual({ 200: perPrincipal + 10 });
  });

  test('that are too many in a minute are no 50 changes in an hour: they have another code, and no resetTime', async () => {
    const busy = await stack.createModel();
    const answers = await Promise.all(
      times(perPrincipal + 10, () =>
        stack.api.call('POST', '/api/v1/mood/update', {
          token: busy.token,
          json: { moodState: 'positive' },
          headers: { 'x-forwarded-for': '198.51.102.3' },
        }),
      ),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    refused.forEach(expectTooMany);
    expect(refused.every(({ body }) => body.resetTime === undefined)).toBe(true);
  });
});

describe('an address that shows forged tokens', () => {
  const attacker = '198.51.103.1';
  let forge: (claims?: Record<string, unknown>) => Promise<string>;
  beforeAll(async () => {
    // Signed by nobody, under the name of the platform's key.
    const { keys } = JSON.parse(await (await fetch(`${stack.platform.url}/.well-known/jwks.json`)).text());
    const { privateKey } = await generateKeyPair('EdDSA');
    const exp = Math.floor(Date.now() / 1_000) + 600;
    forge = (claims = {}) =>
      new SignJWT({ role: 'admin', iss: stack.platform.url, aud: 'mood-messaging', sub: crypto.randomUUID(), exp, ...claims })
        .setProtectedHeader({ alg: 'EdDSA', kid: keys[0].kid, typ: 'at+jwt' })
        .sign(privateKey);
  });

  async function exhaust(from: string): Promise<void> {
    for (let i = 0; i < badTokens; i++) {
      const { status } = await get({ from, token: i % 2 === 0 ? await forge() : `no-token-at-all-${i}` });
      expect(status).toBe(401);
    }
    expectTooMany(await get({ from, token: await forge() }));
    expectTooMany(await get({ from, token: 'no-token-at-all' }));
  }

  test('gets 429 for further ones after a hundred, while everybody behind it goes on and signs in', async () => {
    const [known, fresh] = [await newcomer(), await newcomer()];
    expect((await get({ from: attacker, token: known })).status).toBe(200);
    await exhaust(attacker);
    const before = await stack.platform.counters();
    expectTooMany(await get({ from: attacker, token: await forge() }));
    expect(await stack.platform.counters()).toEqual(before);

    expect((await get({ from: attacker, token: known })).status).toBe(200);
    expect((await get({ from: attacker, token: fresh })).status).toBe(200);
    expect((await get({ from: attacker, token: await stack.platform.token('service') })).status).toBe(200);
    expect((await get({ from: '198.51.103.2', token: await forge() })).status).toBe(401);
  });

  test('still hears that a good token has expired or was revoked: nothing of that is a forgery', async () => {
    const from = '198.51.103.4';
    await exhaust(from);
    const expired = await stack.platform.token('user', undefined, { expiresIn: -60 });
    const revoked = await newcomer();
    await stack.platform.revoke(revoked);
    for (const token of [expired, revoked]) expect((await get({ from, token })).status).toBe(401);
  });

  test.each<[string, (i: number) => Promise<string> | string]>([
    ['the same expired token', () => expiredToken],
    ['different expired tokens', () => stack.platform.token('user', undefined, { expiresIn: -60 })],
    ['the same revoked token', () => revokedToken],
    ['the same forged token', () => forgedToken],
    ['the same word', () => 'no-token-at-all'],
    ['the same token of another issuer', () => foreignToken],
    ['one of three forged tokens', (i) => fewTokens[i % 3] ?? ''],
    ['the same token that is too long', () => 'x'.repeat(9_000)],
    ['the same empty token', () => ''],
    ['the same odd signature', () => `${goodToken.split('.').slice(0, 2).join('.')}.AAAA`],
  ])('is not locked by showing %s again and again', async (_what, make) => {
    const from = `198.51.104.${(lockless += 1)}`;
    for (let i = 0; i < badTokens + 20; i++) expect((await get({ from, token: await make(i) })).status).toBe(401);
    expect((await get({ from, token: await forge() })).status).toBe(401);
    expect((await get({ from, token: await newcomer() })).status).toBe(200);
  });
  let [lockless, expiredToken, revokedToken, forgedToken, foreignToken, goodToken] = [0, '', '', '', '', ''];
  let fewTokens: string[] = [];
  beforeAll(async () => {
    expiredToken = await stack.platform.token('user', undefined, { expiresIn: -60 });
    goodToken = await newcomer();
    revokedToken = await newcomer();
    await stack.platform.revoke(revokedToken);
    forgedToken = await forge();
    foreignToken = await forge({ iss: 'https://elsewhere.example' });
    fewTokens = await Promise.all([forge(), forge(), forge()]);
  });

  test('is not blamed for requests without one', async () => {
    const from = '198.51.103.3';
    expect(await statusesOf(times(badTokens + 10, () => ({ from })))).toEqual({ 401: badTokens + 10 });
    expect((await get({ from, token: await newcomer() })).status).toBe(200);
  });
});

describe('changes that are refused', () => {
  const update = (token: string, json: unknown) =>
    stack.api.call('POST', '/api/v1/mood/update', { token, json, headers: { 'x-forwarded-for': from } });
  let from = '';
  let testsSoFar = 0;
  beforeEach(() => {
    from = `198.51.104.${++testsSoFar}`;
  });

  test.each([
    ['a phone number', { moodState: 'positive', customMessage: 'Call 0171 234 56 78 90' }],
    ['a link', { moodState: 'positive', customMessage: 'See https://example.com' }],
    ['too long a message', { moodState: 'positive', customMessage: 'x'.repeat(201) }],
    ['a mood that does not exist', { moodState: 'happy' }],
    ['an unknown key', { moodState: 'positive', x: 1 }],
    ['a delay out of range', { moodState: 'positive', responseDelay: 301 }],
    ['a time that is none', { moodState: 'positive', expiresAt: 'yesterday' }],
    ['a control character', { moodState: 'positive', customMessage: 'a\u0000' }],
    ['a list', []],
    ['nothing', {}],
  ])('for %s are looked at up to the limit exactly, also at once; others go on', async (_what, json) => {
    const [busy, other] = [await stack.createModel(), await stack.createModel()];
    const answers = await Promise.all(times(refusals + 15, () => update(busy.token, json)));
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(refusals);
    for (const { status, body, headers } of [
      ...answers.filter((answer) => answer.status !== 400),
      await update(busy.token, { moodState: 'positive' }),
    ]) {
      expect([status, body.error]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
      expect(body.message).toContain('were refused');
      expect(Date.parse(body.resetTime)).toBeGreaterThan(Date.now() - 60_000);
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
    }
    expect((await update(other.token, { moodState: 'positive' })).status).toBe(200);
  });

  test('by the database are counted as well, one after the other', async () => {
    const busy = await stack.createModel();
    const over = { moodState: 'positive', expiresAt: '2001-01-01T00:00:00Z' };
    for (const _ of times(refusals, () => 0)) expect((await update(busy.token, over)).body.error).toBe('INVALID_EXPIRES_AT');
    expect((await update(busy.token, over)).body.error).toBe('RATE_LIMIT_EXCEEDED');
  });
});
