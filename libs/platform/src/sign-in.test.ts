import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DependencyUnavailable } from '@mood/domain';
import { createCapturedLog } from '@mood/testing/captured-log';
import { startTinyServer } from '@mood/testing/tiny-server';
import type { TinyServer } from '@mood/testing/tiny-server';
import { createSignIn, SignInRefused } from './sign-in.ts';

let server: TinyServer;
beforeAll(async () => {
  server = await startTinyServer();
});
afterAll(() => server.close());

const callback = 'http://127.0.0.1:3000/panel/sign-in/callback';
const metadata = () => ({
  issuer: server.url,
  authorization_endpoint: 'https://platform.example/authorize',
  token_endpoint: `${server.url}/token`,
  jwks_uri: `${server.url}/jwks`,
});
/** What the platform says of itself, and at its token endpoint. */
let discovery: object;
let tokens: { status: number; body: string };
beforeEach(() => {
  server.seen.length = 0;
  discovery = metadata();
  tokens = { status: 400, body: '{"error":"invalid_grant"}' };
  server.answer((response, request) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') return response.end(JSON.stringify(discovery));
    response.statusCode = tokens.status;
    return response.end(tokens.body);
  });
});

const signInOf = (more: { clientId?: string; clientSecret?: string } = {}) =>
  createSignIn({
    baseUrl: server.url,
    issuer: server.url,
    scope: 'openid profile',
    timeoutMs: 2_000,
    logger: createCapturedLog().logger,
    watch: (work) => work,
    ...more,
  });

test('nothing is asked of the platform before somebody signs in, and what it says of itself is asked once', async () => {
  const signIn = signInOf();
  expect(server.seen).toEqual([]);
  const first = await signIn.begin(callback);
  const second = await signIn.begin(callback);
  expect(server.seen.map(({ url }) => url)).toEqual(['/.well-known/openid-configuration']);
  expect(first.url).toMatch(/^https:\/\/platform\.example\/authorize\?/);
  expect(Object.fromEntries(new URL(first.url).searchParams)).toEqual({
    response_type: 'code',
    client_id: 'mood-messaging',
    redirect_uri: callback,
    scope: 'openid profile',
    state: first.secrets.state,
    nonce: first.secrets.nonce,
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  });
  expect(first.url).not.toContain(first.secrets.verifier);
  expect(second.secrets).not.toEqual(first.secrets);
});

test('a platform of another issuer, without discovery, or with another form of it is not signed in at', async () => {
  for (const odd of [{ ...metadata(), issuer: 'https://other.example' }, { issuer: server.url }, {}]) {
    discovery = odd;
    await expect(signInOf().begin(callback)).rejects.toThrow(DependencyUnavailable);
  }
  const signIn = signInOf();
  discovery = {};
  await expect(signIn.begin(callback)).rejects.toThrow(DependencyUnavailable);
  discovery = metadata();
  await expect(signIn.begin(callback)).resolves.toBeDefined();
});

test('a refresh that the platform refuses has ended, and one that it cannot answer is tried later', async () => {
  const signIn = signInOf();
  await expect(signIn.refresh('some')).rejects.toThrow(SignInRefused);
  await expect(signIn.refresh('some')).rejects.toThrow('The platform did not sign you in (invalid_grant).');
  for (const [status, body] of [
    [500, '{"error":"server_error"}'],
    [503, 'away'],
    [429, '{}'],
  ] as const) {
    tokens = { status, body };
    await expect(signIn.refresh('some')).rejects.toThrow(DependencyUnavailable);
  }
  tokens = { status: 400, body: '{"error":"<script> and more words"}' };
  await expect(signIn.refresh('some')).rejects.toThrow('The platform did not sign you in (unknown).');
});

test('an answer to another state, or with another issuer, is refused without a word to the platform', async () => {
  const signIn = signInOf();
  const { secrets } = await signIn.begin(callback);
  for (const search of [
    '?code=c&state=other',
    '?code=c',
    `?state=${secrets.state}`,
    `?code=c&state=${secrets.state}&iss=https://other.example`,
  ]) {
    await expect(signIn.finish(new URL(callback + search), secrets)).rejects.toThrow(SignInRefused);
  }
  expect(server.seen.filter(({ url }) => url === '/token')).toEqual([]);
});

test('the client shows its secret where it has one, and the verifier in any case', async () => {
  const signIn = signInOf({ clientId: 'panel', clientSecret: 'secret' });
  const { secrets } = await signIn.begin(callback);
  await expect(signIn.finish(new URL(`${callback}?code=c&state=${secrets.state}`), secrets)).rejects.toThrow(SignInRefused);
  const asked = server.seen.find(({ url }) => url === '/token');
  expect(asked?.headers.authorization).toBe(`Basic ${Buffer.from('panel:secret').toString('base64')}`);
  expect(Object.fromEntries(new URLSearchParams(asked?.body))).toMatchObject({
    code: 'c',
    redirect_uri: callback,
    code_verifier: secrets.verifier,
  });
});
