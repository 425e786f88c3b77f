import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { currentTerms } from '@mood/domain';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Answer } from '@mood/testing/api-client';
import { algorithms, startAuthService } from '@mood/testing/auth-service.fake';
import type { TestAuthService, TokenChanges } from '@mood/testing/auth-service.fake';
import { eventually } from '@mood/testing/eventually';
import { startStopwatch } from '@mood/testing/processor-time';
import { sideBySide } from '@mood/testing/side-by-side';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

/** The sandbox's auth service, as the system is run. */
let stack: Stack;
/** The same system before an auth service that signs whatever is asked of it. */
let auth: TestAuthService;
let crafted: Stack;
/** A performer of `crafted`. */
let performerId: string;

/** What is tested here is how each bad token is met, and not that there are too many of them. */
const unlimited = { FAILED_AUTHENTICATIONS_PER_MINUTE_PER_IP: '0' };

beforeAll(async () => {
  auth = await startAuthService();
  [stack, crafted] = await Promise.all([
    startStack({ env: unlimited }),
    startStack({ env: { AUTH_SERVICE_URL: auth.url, AUTH_ISSUER: auth.url, ...unlimited } }),
  ]);
  [performerId = ''] = await crafted.platform.createPerformers();
});
afterAll(async () => {
  await Promise.all([stack.stop(), crafted.stop()]);
  await auth.stop();
});

const update = '/api/v1/mood/update';
const terms = '/api/v1/mood/terms';
const seconds = (fromNow: number) => Math.floor(Date.now() / 1_000) + fromNow;
const encode = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

function expectUnauthenticated({ status, headers, body }: Answer, challenge = 'Bearer error="invalid_token"'): void {
  expect([status, body.error, headers.get('www-authenticate')]).toEqual([401, 'UNAUTHORIZED', challenge]);
  expect(body.message.length).toBeGreaterThan(10);
}

function expectUnavailable({ status, headers, body }: Answer): void {
  expect([status, body.error]).toEqual([503, 'SYSTEM_ERROR']);
  expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
}

/** Refused for reading and for writing, without a question to the auth service about the session. */
async function expectNoToken(token: string): Promise<void> {
  const asked = auth.introspections();
  expectUnauthenticated(await crafted.api.get(`/api/v1/mood/${performerId}`, token));
  expectUnauthenticated(await crafted.api.post(update, { moodState: 'positive' }, token));
  expect(auth.introspections()).toBe(asked);
}

// First of all, while the API does not have the keys yet.
describe('a flood of tokens with key ids that nobody knows', () => {
  test.each(['before the keys were ever needed', 'when they are known'])('costs at most one request for the keys, %s', async () => {
    const { privateKey } = await generateKeyPair('EdDSA');
    const forged = await Promise.all(
      Array.from({ length: 300 }, (_, i) =>
        new SignJWT({ role: 'admin', iss: stack.platform.url, aud: 'mood-messaging', sub: crypto.randomUUID(), exp: seconds(600) })
          .setProtectedHeader({ alg: 'EdDSA', kid: `unknown-${i}-${crypto.randomUUID()}`, typ: 'at+jwt' })
          .sign(privateKey),
      ),
    );
    const honest = await stack.platform.token('user');
    const [modelId] = await stack.platform.createPerformers();
    const before = await stack.platform.counters();
    const began = performance.now();
    const [rightful, ...answers] = await Promise.all([honest, ...forged].map((token) => stack.api.get(`/api/v1/mood/${modelId}`, token)));
    // Those that come before the keys may be asked for again cannot be told from tokens of a key that has just come into use.
    for (const answer of answers) (answer.status === 503 ? expectUnavailable : expectUnauthenticated)(answer);
    expect(rightful?.status).toBe(200);
    const after = await stack.platform.counters();
    // One, and on a machine that takes so long for it one more for each further cooldown.
    const cooldowns = Math.floor((performance.now() - began) / 5_000);
    expect((after['jwks'] ?? 0) - (before['jwks'] ?? 0)).toBeLessThanOrEqual(1 + cooldowns);
    expect((after['introspect'] ?? 0) - (before['introspect'] ?? 0)).toBe(1);
  });
});

describe('a request without a bearer token', () => {
  test('is asked for one', async () => {
    expectUnauthenticated(await crafted.api.get(`/api/v1/mood/${performerId}`), 'Bearer');
    expectUnauthenticated(await crafted.api.post(update, { moodState: 'positive' }), 'Bearer');
    expectUnauthenticated(await crafted.api.post('/api/v1/auto-replies', {}), 'Bearer');
  });

  test.each(['Bearer', 'Bearer ', 'Basic dXNlcjpwYXNz', 'Bearer a b', 'Token abc', 'Bearer abc, Bearer def', 'Bearer tök'])(
    'that says "%s" is refused',
    async (authorization) => {
      expectUnauthenticated(await crafted.api.call('GET', `/api/v1/mood/${performerId}`, { headers: { authorization } }));
    },
  );
});

describe('a good token', () => {
  test.each(algorithms)('signed with %s is accepted', async (alg) => {
    const token = await auth.sign({ header: { alg } });
    expect((await crafted.api.get(`/api/v1/mood/${performerId}`, token)).status).toBe(200);
  });

  test.each<[string, () => TokenChanges]>([
    ['of the type JWT', () => ({ header: { typ: 'JWT' } })],
    ['of the type application/at+jwt', () => ({ header: { typ: 'application/at+jwt' } })],
    ['for several audiences', () => ({ claims: { aud: ['other', 'mood-messaging'] } })],
    ['that begins 15 s from now, as clocks differ', () => ({ claims: { nbf: seconds(15) } })],
    ['that ended 5 s ago, as clocks differ', () => ({ claims: { exp: seconds(-5) } })],
  ])('%s is accepted', async (_what, changes) => {
    expect((await crafted.api.get(`/api/v1/mood/${performerId}`, await auth.sign(changes()))).status).toBe(200);
  });
});

describe('a token', () => {
  test.each<[string, TokenChanges]>([
    ['that ended 40 s ago', { claims: { exp: seconds(-40) } }],
    ['that never ends', { claims: { exp: undefined } }],
    ['that begins in an hour', { claims: { nbf: seconds(3_600), exp: seconds(7_200) } }],
    ['whose end is no number', { claims: { exp: '4102444800' } }],
    ['of another issuer', { claims: { iss: 'https://elsewhere.example' } }],
    ['without an issuer', { claims: { iss: undefined } }],
    ['for another audience', { claims: { aud: 'other' } }],
    ['for no audience', { claims: { aud: undefined } }],
    ['that is an ID token', { header: { typ: 'id+jwt' } }],
    ['that is a logout token', { header: { typ: 'logout+jwt' } }],
    ['without a type', { header: { typ: undefined } as object }],
    ['of nobody', { claims: { sub: undefined } }],
    ['of a model that is no UUID', { claims: { role: 'model', sub: 'sophia' } }],
    ['without a role', { claims: { role: undefined } }],
    ['with a role that does not exist', { claims: { role: 'superadmin' } }],
    ['with two roles', { claims: { role: ['user', 'model'] } }],
    ['with the key id of another algorithm', { header: { kid: 'key-RS256' } }],
  ])('%s is refused', async (_what, changes) => {
    await expectNoToken(await auth.sign(changes));
  });

  test.each<[string, () => Promise<string>]>([
    ['signed with a good key', () => auth.sign({ header: { kid: 'unknown' } })],
    ['that brings its own key', bringsItsKey],
  ])('with an unknown key id, %s, is refused as soon as the keys could be asked for', async (_what, make) => {
    const token = await make();
    const read = () => crafted.api.get(`/api/v1/mood/${performerId}`, token);
    expectUnauthenticated(await eventually(read, ({ status }) => status !== 503, 15_000));
    await expectNoToken(token);
  });

  test.each([{ crit: ['extension'], extension: 1 }, { crit: ['b64'], b64: false }, { crit: [] }, { crit: 'exp' }])(
    'with a good signature over a header that demands more than we know (%j) is refused',
    async (more) => {
      const [, payload = ''] = (await auth.sign()).split('.');
      const claims = Buffer.from(payload, 'base64url').toString();
      // The same without that header is a good token: it is the header that is refused.
      expect((await crafted.api.get(`/api/v1/mood/${performerId}`, await signBytes(claims))).status).toBe(200);
      await expectNoToken(await signBytes(claims, more));
    },
  );

  test.each(['none', 'None', 'NONE'])('that claims to need no signature (alg: %s) is refused', async (alg) => {
    const [, payload, signature] = (await auth.sign()).split('.');
    const header = encode({ alg, kid: 'key-EdDSA', typ: 'at+jwt' });
    await expectNoToken(`${header}.${payload}.`);
    await expectNoToken(`${header}.${payload}.${signature}`);
  });

  test.each(algorithms)('signed with the public %s key as a shared secret is refused', async (algorithm) => {
    const { jwk, pem } = auth.keys[algorithm];
    const secrets = [
      pem,
      pem.trim(),
      JSON.stringify(jwk),
      Buffer.from(jwk.x ?? jwk.n ?? '', 'base64url'),
      Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'),
    ];
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      for (const secret of secrets) {
        const key = new Uint8Array(Buffer.concat([typeof secret === 'string' ? Buffer.from(secret) : secret]));
        const signed = await hmac(alg, key, { alg, kid: jwk.kid, typ: 'at+jwt' }, await auth.sign());
        await expectNoToken(signed);
      }
    }
  });

  test('that brings its own key is refused', async () => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    const jwk = await exportJWK(publicKey);
    for (const header of [{}, { jwk }, { jku: `${crafted.platform.url}/.well-known/jwks.json` }])
      await expectNoToken(await auth.sign({ header, key: privateKey }));
  });

  test('whose claims were changed after the signature is refused', async () => {
    const [header, payload = '', signature] = (await auth.sign()).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    await expectNoToken([header, encode({ ...claims, role: 'admin' }), signature].join('.'));
  });

  test.each([
    ['a word', 'token'],
    ['two parts', 'a.b'],
    ['three parts of nothing', '..'],
    ['four parts', 'a.b.c.d'],
    ['a header that is no JSON', `${encode('{')}.e30.AA`],
    ['a header that is null', `${encode(null)}.e30.AA`],
    ['a header that is a list', `${encode([])}.e30.AA`],
    ['a header without an algorithm', `${encode({ kid: 'key-EdDSA', typ: 'at+jwt' })}.e30.AA`],
    ['an algorithm that is an object', `${encode({ alg: {}, kid: 'key-EdDSA' })}.e30.AA`],
    ['a key id that is a list', `${encode({ alg: 'EdDSA', kid: [], typ: 'at+jwt' })}.e30.AA`],
    ['an algorithm of another kind', `${encode({ alg: 'RSA-OAEP', kid: 'key-RS256' })}.e30.AA`],
    ['an encrypted form', `${encode({ alg: 'dir', enc: 'A256GCM' })}..AA.AA.AA`],
    ['no signature', `${encode({ alg: 'EdDSA', kid: 'key-EdDSA' })}.e30.`],
    ['a signature of one byte', `${encode({ alg: 'ES256', kid: 'key-ES256' })}.e30.AA`],
    ['9,000 letters', 'x'.repeat(9_000)],
  ])('that is %s is refused', async (_what, token) => {
    await expectNoToken(token);
  });

  describe('with a good signature', () => {
    /** Whatever JSON can hold, and some that JavaScript takes for something else. */
    const oddities = [
      'null',
      'true',
      'false',
      '0',
      '-1',
      '5',
      '1.5',
      '1e400',
      '-1e400',
      '1e300',
      '9007199254740993',
      '""',
      '"text"',
      '"NaN"',
      '"\\u0000"',
      '[]',
      '[null]',
      '["JWT"]',
      '[["at+jwt"]]',
      '{}',
      '{"toLowerCase":1}',
      '{"__proto__":{"a":1}}',
      `"${'x'.repeat(3_000)}"`,
      '['.repeat(1_500) + ']'.repeat(1_500),
    ];
    const headers = ['alg', 'kid', 'typ', 'crit', 'b64', 'cty', 'jwk', 'x5c'];
    const claims = ['iss', 'aud', 'sub', 'exp', 'nbf', 'iat', 'jti', 'role', 'scope'];
    const cells = [
      ...headers.flatMap((name) => oddities.map((odd) => ['header', name, odd] as const)),
      ...claims.flatMap((name) => oddities.map((odd) => ['claim', name, odd] as const)),
    ];
    /** Where the value is nobody's business, or is a right one. */
    const isFine = (name: string, odd: string) =>
      ['b64', 'cty', 'jwk', 'x5c'].includes(name) ||
      (['jti', 'scope'].includes(name) && odd.startsWith('"')) ||
      (['nbf', 'iat'].includes(name) && /^(0|-1|5|1\.5)$/.test(odd));

    test.each([...headers, ...claims])('and any value for "%s", the answer is 401 or what a good token gets', async (wanted) => {
      const good = JSON.parse(Buffer.from((await auth.sign()).split('.')[1] ?? '', 'base64url').toString());
      const wrong: string[] = [];
      for (const [where, name, odd] of cells.filter((cell) => cell[1] === wanted)) {
        const header = { alg: '"EdDSA"', kid: '"key-EdDSA"', typ: '"at+jwt"', ...(where === 'header' && { [name]: odd }) };
        const payload = {
          ...Object.fromEntries(Object.entries(good).map(([key, value]) => [key, JSON.stringify(value)])),
          ...(where === 'claim' && { [name]: odd }),
        };
        const token = await signParts(written(header), written(payload));
        const { status } = await crafted.api.get(`/api/v1/mood/${performerId}`, token);
        // The key ids are text: whether there is such a key may take a while to be known.
        const isUnknownKey = name === 'kid' && odd.startsWith('"') && status === 503;
        if (!isUnknownKey && status !== (isFine(name, odd) ? 200 : 401)) wrong.push(`${where} ${name} ${odd.slice(0, 40)}: ${status}`);
      }
      expect(wrong).toEqual([]);
    });
  });

  test('with a good signature over something that is no set of claims is refused', async () => {
    for (const payload of ['null', '[]', '"text"', '{', '']) {
      await expectNoToken(await signBytes(payload));
    }
  });
});

async function bringsItsKey(): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  return auth.sign({ header: { jwk: await exportJWK(publicKey), kid: 'mine' }, key: privateKey });
}

async function hmac(alg: string, secret: Uint8Array<ArrayBuffer>, header: object, good: string): Promise<string> {
  const hash = alg.replace('HS', 'SHA-');
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash }, false, ['sign']);
  const signed = `${encode(header)}.${good.split('.')[1]}`;
  return `${signed}.${Buffer.from(await crypto.subtle.sign('HMAC', key, Buffer.from(signed))).toString('base64url')}`;
}

/** An object of values that are written already. */
const written = (values: Record<string, string>) =>
  `{${Object.entries(values)
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    .join(',')}}`;

/** Signs what `jose` would not. */
const signBytes = (payload: string, more: object = {}) =>
  signParts(JSON.stringify({ alg: 'EdDSA', kid: 'key-EdDSA', typ: 'at+jwt', ...more }), payload);

async function signParts(header: string, payload: string): Promise<string> {
  const signed = `${encode(header)}.${encode(payload)}`;
  const signature = await crypto.subtle.sign('Ed25519', auth.keys.EdDSA.privateKey, Buffer.from(signed));
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}

describe('keys', () => {
  // Each has a system of its own, whose start is most of what it takes.
  const testKeys = sideBySide();

  /** @returns how often the auth service was asked for them. On a busy machine a system that has just started may not have its answer in time. */
  async function untilKeysAreKnown(own: TestAuthService, read: (token: string) => Promise<{ status: number }>): Promise<number> {
    const token = await own.sign();
    const first = await eventually(
      () => read(token),
      ({ status }) => status !== 503,
      30_000,
    );
    expect(first.status).toBe(200);
    return own.keyRequests();
  }

  testKeys('that were replaced are found within seconds; until then their tokens get 503, and count for nothing', async () => {
    const own = await startAuthService();
    const system = await startStack({
      env: { AUTH_SERVICE_URL: own.url, AUTH_ISSUER: own.url, FAILED_AUTHENTICATIONS_PER_MINUTE_PER_IP: '5' },
    });
    try {
      const read = (token: string) => system.api.get('/api/v1/mood/terms', token);
      const asked = await untilKeysAreKnown(own, read);
      const sign = await own.rotate();
      const early = await Promise.all(Array.from({ length: 30 }, async () => read(await sign())));
      for (const answer of early) if (answer.status !== 200) expectUnavailable(answer);
      for (const { headers } of early) expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(5);
      const token = await sign();
      expect(
        (
          await eventually(
            () => read(token),
            ({ status }) => status !== 503,
            15_000,
          )
        ).status,
      ).toBe(200);
      expect((await read(await sign())).status).toBe(200);
      expect(own.keyRequests()).toBe(asked + 1);
      // The next forgery is the first one that is counted.
      expect((await read('a.b.c')).status).toBe(401);
    } finally {
      await system.stop();
      await own.stop();
    }
  });

  testKeys('that were replaced under their id are found; what cannot be checked until then gets 503, and counts for nothing', async () => {
    const own = await startAuthService();
    const system = await startStack({
      env: { AUTH_SERVICE_URL: own.url, AUTH_ISSUER: own.url, FAILED_AUTHENTICATIONS_PER_MINUTE_PER_IP: '5' },
    });
    async function replace(): Promise<() => Promise<string>> {
      const { privateKey, publicKey } = await generateKeyPair('EdDSA');
      own.showKeys({ keys: [{ ...(await exportJWK(publicKey)), kid: 'key-EdDSA', alg: 'EdDSA' }] });
      return () => own.sign({ key: privateKey });
    }
    try {
      const read = (token: string) => system.api.get('/api/v1/mood/terms', token);
      const asked = await untilKeysAreKnown(own, read);
      // Although the set is as young as can be.
      let sign = await replace();
      expect((await read(await sign())).status).toBe(200);
      sign = await replace();
      const early = await Promise.all(Array.from({ length: 30 }, async () => read(await sign())));
      for (const answer of early) if (answer.status !== 200) expectUnavailable(answer);
      for (const { headers } of early) expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(5);
      const token = await sign();
      const last = await eventually(
        () => read(token),
        ({ status }) => status !== 503,
        15_000,
      );
      expect(last.status).toBe(200);
      expect(own.keyRequests()).toBe(asked + 2);
      // The next forgery is the first one that is counted.
      expect((await read('a.b.c')).status).toBe(401);
    } finally {
      await system.stop();
      await own.stop();
    }
  });

  testKeys('that are published in no form that anybody could read are our trouble: 503, also for a forged token', async () => {
    const own = await startAuthService();
    const system = await startStack({
      env: { AUTH_SERVICE_URL: own.url, AUTH_ISSUER: own.url, FAILED_AUTHENTICATIONS_PER_MINUTE_PER_IP: '1' },
    });
    try {
      const read = (token: string) => system.api.get('/api/v1/mood/terms', token);
      const [good, forged] = [await own.sign(), await auth.sign()];
      const odd = [
        null,
        [],
        'keys',
        5,
        {},
        { keys: null },
        { keys: {} },
        { keys: 'key' },
        { keys: [] },
        { keys: [null, 5, 'key', [], true] },
      ];
      for (const document of odd) {
        own.showKeys(document);
        for (const token of [good, forged]) expectUnavailable(await read(token));
      }
      own.showKeys(undefined);
      expect(
        (
          await eventually(
            () => read(good),
            ({ status }) => status !== 503,
            10_000,
          )
        ).status,
      ).toBe(200);
      expectUnauthenticated(await read(forged));
    } finally {
      await system.stop();
      await own.stop();
    }
  });
});

describe('a session', () => {
  test.each<[string, unknown]>([
    ['nothing', null],
    ['true', true],
    ['a list', [{ active: true }]],
    ['an empty object', {}],
    ['active: "true"', { active: 'true' }],
    ['active: 1', { active: 1 }],
    ['active: null', { active: null }],
    ['active: []', { active: [] }],
    ['Active: true', { Active: true }],
    ['an error', { error: 'invalid_request' }],
  ])('about which the auth service answers %s is neither alive nor over: 503', async (_what, document) => {
    const token = await auth.sign();
    auth.showSession(document);
    try {
      expectUnavailable(await crafted.api.get(`/api/v1/mood/${performerId}`, token));
    } finally {
      auth.showSession(undefined);
    }
    const read = () => crafted.api.get(`/api/v1/mood/${performerId}`, token);
    expect((await eventually(read, ({ status }) => status !== 503, 10_000)).status).toBe(200);
  });

  test.each<[string, unknown]>([
    ['claims that are odd', { active: true, sub: 5, exp: 'later', scope: [], role: null }],
    ['a list beside it', { active: true, aud: [[]] }],
    ['a great number', { active: true, exp: 1e300 }],
  ])('that is alive, with %s, is alive: the token has said who it is', async (_what, document) => {
    auth.showSession(document);
    try {
      expect((await crafted.api.get(`/api/v1/mood/${performerId}`, await auth.sign())).status).toBe(200);
    } finally {
      auth.showSession(undefined);
    }
  });

  test('is asked about once, however many requests come with its token', async () => {
    const [modelId] = await stack.platform.createPerformers();
    const token = await stack.platform.token('user');
    const before = await stack.platform.counters();
    const read = () => stack.api.get(`/api/v1/mood/${modelId}`, token);
    const answers = await Promise.all(Array.from({ length: 200 }, read));
    for (let i = 0; i < 50; i++) answers.push(await read());
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const after = await stack.platform.counters();
    expect((after['introspect'] ?? 0) - (before['introspect'] ?? 0)).toBe(1);
  });

  test('that was revoked before its first request is refused at once', async () => {
    const { id } = await stack.createModel();
    const token = await stack.platform.token('model', id);
    await stack.platform.revoke(token);
    expectUnauthenticated(await stack.api.get(`/api/v1/mood/${id}`, token));
    expectUnauthenticated(await stack.api.post(update, { moodState: 'positive' }, token));
  });

  test('in use is refused at most 10 s after it was revoked, also when the auth service was slow to answer', async () => {
    /** Milliseconds that a poll and an answer may take. */
    const slack = 1_000;
    async function refusedAfter(read: () => Promise<Answer>, sinceRevoked: () => number): Promise<number> {
      expectUnauthenticated(await eventually(read, ({ status }) => status !== 200, 15_000));
      return sinceRevoked();
    }

    async function quick(): Promise<number> {
      const { id, token } = await stack.createModel();
      const read = () => stack.api.get(`/api/v1/mood/${id}`, token);
      expect((await read()).status).toBe(200);
      await stack.platform.revoke(token);
      return refusedAfter(read, startStopwatch());
    }

    async function slow(): Promise<number> {
      const token = await auth.sign();
      const read = () => crafted.api.get(`/api/v1/mood/${performerId}`, token);
      const held = auth.holdNextAnswer();
      const first = read();
      await held.decided;
      auth.revoke(token);
      const sinceRevoked = startStopwatch();
      // The claim is about time: requests that come while the answer is on its way do not make it any newer.
      await pause(2_000);
      const late = read();
      await pause(200);
      held.release();
      await Promise.all([first, late]);
      return refusedAfter(read, sinceRevoked);
    }

    for (const took of await Promise.all([quick(), slow()])) expect(took).toBeLessThanOrEqual(10_000 + slack);
  });
});

describe('a mood', () => {
  let model: Model;
  beforeAll(async () => {
    model = await stack.createModel();
  });
  const moodOf = async (id: string) => (await stack.api.get(`/api/v1/mood/${id}`, await stack.platform.token('user'))).body;

  test.each(['user', 'admin', 'service'])('cannot be set by a %s, not even with the ID of the model', async (role) => {
    const before = await moodOf(model.id);
    const subjects = role === 'service' ? [undefined] : [undefined, model.id];
    for (const subject of subjects) {
      const token = await stack.platform.token(role, subject, { scope: 'mood:write auto-replies:write' });
      const { status, headers, body } = await stack.api.post(update, { moodState: 'negative' }, token);
      expect([status, body.error, headers.get('www-authenticate')]).toEqual([403, 'UNAUTHORIZED', null]);
    }
    expect(await moodOf(model.id)).toEqual(before);
  });

  test('cannot be set by another model', async () => {
    const other = await stack.createModel();
    const before = await moodOf(model.id);
    const named = await stack.api.post(update, { moodState: 'negative', modelId: model.id }, other.token);
    expect([named.status, named.body.error]).toEqual([403, 'UNAUTHORIZED']);
    // The first path is read by GET alone, the second is none.
    const paths = [`/api/v1/mood/${model.id}`, `/api/v1/mood/${model.id}/update`];
    for (const [index, path] of paths.entries()) {
      const { status } = await stack.api.post(path, { moodState: 'negative' }, other.token);
      expect([path, status]).toEqual([path, [405, 404][index]]);
    }
    const own = await stack.api.call('POST', `${update}?modelId=${model.id}`, { token: other.token, json: { moodState: 'negative' } });
    expect([own.status, own.body.modelId]).toEqual([200, other.id]);
    expect(await moodOf(model.id)).toEqual(before);
  });

  test('cannot be set without the terms', async () => {
    const [id = ''] = await stack.platform.createPerformers();
    const token = await stack.platform.token('model', id);
    const { status, body } = await stack.api.post(update, { moodState: 'positive' }, token);
    expect([status, body.error]).toEqual([403, 'TERMS_NOT_ACCEPTED']);
    expect(await moodOf(id)).toMatchObject({ moodState: 'neutral' });
  });

  test.each(['user', 'admin', 'service'])('gets no terms accepted by a %s in the name of the model', async (role) => {
    const [id = ''] = await stack.platform.createPerformers();
    const token = await stack.platform.token(role, role === 'service' ? undefined : id);
    const { status, body } = await stack.api.post(terms, { accept: true, version: currentTerms.version }, token);
    expect([status, body.error]).toEqual([403, 'UNAUTHORIZED']);
    const refused = await stack.api.post(update, { moodState: 'positive' }, await stack.platform.token('model', id));
    expect([refused.status, refused.body.error]).toEqual([403, 'TERMS_NOT_ACCEPTED']);
  });
});

describe('messages are reported', () => {
  const ids = () => ({ conversationId: crypto.randomUUID(), modelId: crypto.randomUUID() });
  const now = () => new Date().toISOString();
  const report = async (token: string) => [
    await stack.api.post(
      '/api/v1/auto-replies',
      { ...ids(), messageId: crypto.randomUUID(), userId: crypto.randomUUID(), receivedAt: now(), senderType: 'user', automated: false },
      token,
    ),
    await stack.api.post('/api/v1/auto-replies/answered', { ...ids(), answeredAt: now() }, token),
  ];

  test.each(['auto-replies:write', 'templates:read auto-replies:write'])('by a service with the scope "%s"', async (scope) => {
    for (const { status } of await report(await stack.platform.token('service', undefined, { scope }))) expect(status).toBe(202);
  });

  test.each(['auto-replies', 'auto-replies:read', 'auto-replies:write2', 'AUTO-REPLIES:WRITE', 'auto-replies:write,x', '*', undefined])(
    'by no service with the scope "%s"',
    async (scope) => {
      const token = await stack.platform.token('service', undefined, scope === undefined ? {} : { scope });
      for (const { status, body } of await report(token)) expect([status, body.error]).toEqual([403, 'UNAUTHORIZED']);
    },
  );

  test.each(['user', 'model', 'admin'])('by no %s, whatever the scope', async (role) => {
    const token = await stack.platform.token(role, undefined, { scope: 'auto-replies:write' });
    for (const { status, body } of await report(token)) expect([status, body.error]).toEqual([403, 'UNAUTHORIZED']);
  });
});

/** A service that failed five times is left alone for a second. */
async function authIsBack(request: () => Promise<Answer>): Promise<void> {
  await stack.platform.setFault('auth', 'ok');
  await eventually(request, ({ status }) => status === 200, 3_000);
}

describe('while the auth service is down', () => {
  afterEach(() => stack.platform.setFault('auth', 'ok'));

  test.each(['error', 'timeout'] as const)('(%s) a session that was never seen gets nothing', async (fault) => {
    const { id } = await stack.createModel();
    const token = await stack.platform.token('model', id);
    await stack.platform.setFault('auth', fault);
    expectUnavailable(await stack.api.get(`/api/v1/mood/${id}`, token));
    expectUnavailable(await stack.api.post(update, { moodState: 'positive' }, token));
    expectUnauthenticated(await stack.api.get(`/api/v1/mood/${id}`, 'no-token'));
    await authIsBack(() => stack.api.post(update, { moodState: 'positive' }, token));
  });

  test('a known session reads on, and writes nothing', async () => {
    const { id, token } = await stack.createModel();
    const before = await stack.api.get(`/api/v1/mood/${id}`, token);
    await stack.platform.setFault('auth', 'error');
    // The last answer about the session counts for 10 s. To accept the terms again changes nothing, so it can be repeated.
    await eventually(
      () => stack.api.post(terms, { accept: true, version: currentTerms.version }, token),
      ({ status }) => status !== 200,
      15_000,
    );
    for (const fault of ['error', 'timeout'] as const) {
      await stack.platform.setFault('auth', fault);
      expectUnavailable(await stack.api.post(update, { moodState: 'negative' }, token));
      expectUnavailable(await stack.api.post(terms, { accept: true, version: currentTerms.version }, token));
      const read = await stack.api.get(`/api/v1/mood/${id}`, token);
      expect([read.status, read.body]).toEqual([200, before.body]);
    }
    await authIsBack(() => stack.api.post(update, { moodState: 'negative' }, token));
  });

  test('an API that starts says so to everybody, and serves as soon as the auth service is back', async () => {
    const { id, token } = await stack.createModel();
    await stack.platform.setFault('auth', 'error');
    await stack.apiProcess.stop();
    await stack.restartApi();
    expectUnavailable(await stack.api.get(`/api/v1/mood/${id}`, token));
    await authIsBack(() => stack.api.get(`/api/v1/mood/${id}`, token));
  });
});
