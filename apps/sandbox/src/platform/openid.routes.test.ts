import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { z } from 'zod';
import { demoAdmins, demoPerformers } from './demo-people.ts';
import { isRedirectUri } from './openid.routes.ts';
import { idsShape, openPlatform } from './platform.fixture.ts';
import type { PlatformUnderTest } from './platform.fixture.ts';

const redirectUri = 'http://127.0.0.1:3000/panel/sign-in/callback';
const model = demoPerformers[0]?.id ?? '';
const admin = demoAdmins[0]?.id ?? '';
const tokensShape = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  id_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.literal(900),
});

let platform: PlatformUnderTest;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(() => platform.stop());

const verifier = randomBytes(32).toString('base64url');
const asked = {
  response_type: 'code',
  client_id: 'mood-messaging',
  redirect_uri: redirectUri,
  scope: 'openid profile',
  state: 'some state',
  nonce: 'some nonce',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
};

async function authorize(path: string, changes: Record<string, string | undefined> = {}, at = platform) {
  const given = Object.entries({ ...asked, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const answer = await fetch(`${at.url}${path}?${String(new URLSearchParams(given))}`, { redirect: 'manual' });
  return { status: answer.status, text: await answer.text(), to: URL.parse(answer.headers.get('location') ?? ''), headers: answer.headers };
}
const codeFor = async (subject: string, at = platform) =>
  (await authorize('/authorize/as', { subject }, at)).to?.searchParams.get('code') ?? '';
const token = (fields: Record<string, string>, headers: Record<string, string> = {}, at = platform) =>
  at.call('POST', '/openid/token', new URLSearchParams({ client_id: 'mood-messaging', ...fields }), headers);
const redeem = (code: string, changes: Record<string, string> = {}) =>
  token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier, ...changes });
const renew = (refreshToken: string, changes: Record<string, string> = {}) =>
  token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...changes });
const signIn = async (subject: string) => tokensShape.parse((await redeem(await codeFor(subject))).body);
const isActive = async (one: string) =>
  (await platform.read(z.object({ active: z.boolean() }), 'POST', '/oauth/introspect', { token: one })).active;

describe('the page where one signs in', () => {
  test('shows everybody with name, role and tier, also who was made a moment ago, and can be searched', async () => {
    const { ids } = await platform.read(idsShape, 'POST', '/sandbox/performers', {});
    const { status, text, headers } = await authorize('/authorize');
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    for (const shown of ['Robin (moderation)', 'Sophia', 'John', 'gold', 'platinum', ids[0]]) expect(text).toContain(shown);
    const found = await authorize('/authorize', { find: 'soph' });
    expect(found.text).toContain('Sophia');
    expect(found.text).not.toContain('Elena');
    const hostile = await authorize('/authorize', { find: '"><script>alert(1)</script>', state: '"><img src=x>' });
    expect(hostile.text).not.toMatch(/<script|<img/);
  });

  test('sends back with a code, the state and the issuer', async () => {
    const { status, to } = await authorize('/authorize/as', { subject: model });
    expect([status, `${to?.origin}${to?.pathname}`]).toEqual([302, redirectUri]);
    expect(Object.fromEntries(to?.searchParams ?? [])).toEqual({ code: expect.any(String), state: 'some state', iss: platform.url });
    expect((await authorize('/authorize/as', { subject: 'nobody' })).status).toBe(404);
  });

  test.each<[string, Record<string, string | undefined>, string]>([
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge that is none', { code_challenge: 'short' }, 'invalid_request'],
    ['tokens in the address', { response_type: 'token' }, 'unsupported_response_type'],
    ['no openid', { scope: 'profile' }, 'invalid_scope'],
  ])('tells the client about %s', async (_what, changes, error) => {
    for (const path of ['/authorize', '/authorize/as']) {
      const { status, to } = await authorize(path, { ...changes, subject: model });
      expect([status, to?.searchParams.get('error'), to?.searchParams.get('code')]).toEqual([302, error, null]);
    }
  });

  test('sends nobody to an address that is not a panel of this machine', async () => {
    for (const wrong of [
      undefined,
      'https://evil.example/panel/sign-in/callback',
      'http://127.0.0.1:3000/panel',
      'http://127.0.0.1:3000/panel/sign-in/callback?x=1',
      'http://127.0.0.1:3000/panel/sign-in/callback#x',
      'http://127.0.0.1:3000/panel/sign-in/../sign-in/callback',
      'http://user@127.0.0.1:3000/panel/sign-in/callback',
      'http://127.0.0.1.evil.example/panel/sign-in/callback',
      'javascript:alert(1)//panel/sign-in/callback',
    ]) {
      const { status, to } = await authorize('/authorize/as', { redirect_uri: wrong, subject: model });
      expect([wrong, status, to]).toEqual([wrong, 400, null]);
    }
    for (const right of [redirectUri, 'https://localhost/panel/sign-in/callback', 'http://[::1]:8080/panel/sign-in/callback'])
      expect(isRedirectUri(right)).toBe(true);
  });
});

describe('the tokens of a sign-in', () => {
  test('say who it is: name and role for the client, and all scopes for an administrator', async () => {
    const { access_token: access, id_token: id } = await signIn(admin);
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', platform.url));
    const { payload } = await jwtVerify(id, keys, { issuer: platform.url, audience: 'mood-messaging' });
    expect(payload).toMatchObject({ sub: admin, name: 'Robin (moderation)', role: 'admin', nonce: 'some nonce' });
    expect(decodeJwt(access)).toMatchObject({
      sub: admin,
      role: 'admin',
      aud: 'mood-messaging',
      scope: expect.stringContaining('mood:override'),
    });
    expect(decodeJwt((await signIn(model)).access_token)).not.toHaveProperty('scope');
  });

  test('are given once for a code, which ends them when it comes again', async () => {
    const code = await codeFor(model);
    const { access_token: access, refresh_token: refresh } = tokensShape.parse((await redeem(code)).body);
    expect((await redeem(code)).body).toMatchObject({ error: 'invalid_grant' });
    expect([await isActive(access), (await renew(refresh)).status]).toEqual([false, 400]);
  });

  test.each<[string, Record<string, string>, number]>([
    ['another verifier', { code_verifier: randomBytes(32).toString('base64url') }, 400],
    ['no verifier', { code_verifier: '' }, 400],
    ['another address', { redirect_uri: 'http://127.0.0.1:3001/panel/sign-in/callback' }, 400],
    ['another client', { client_id: 'other' }, 400],
    ['no client', { client_id: '' }, 401],
    ['another kind of grant', { grant_type: 'password' }, 400],
  ])('are not given for a code with %s', async (_what, changes, status) => {
    expect((await redeem(await codeFor(model), changes)).status).toBe(status);
  });

  test('are renewed by the refresh token, which is for its client alone', async () => {
    const { refresh_token: refresh } = await signIn(model);
    const renewed = tokensShape.parse((await renew(refresh)).body);
    expect(decodeJwt(renewed.access_token).sub).toBe(model);
    expect(renewed.refresh_token).not.toBe(refresh);
    // Two processes may use it at once.
    expect((await renew(refresh)).status).toBe(200);
    expect((await renew(refresh, { client_id: 'other' })).status).toBe(400);
    for (const wrong of ['', 'made-up', renewed.access_token, renewed.id_token]) expect((await renew(wrong)).status).toBe(400);
  });

  test.each(['access_token', 'refresh_token'] as const)(
    'end together when the %s is revoked; those of other sign-ins live',
    async (which) => {
      const [gone, kept] = [await signIn(model), await signIn(model)];
      await platform.call('POST', '/oauth/revoke', { token: gone[which] });
      expect([await isActive(gone.access_token), (await renew(gone.refresh_token)).status]).toEqual([false, 400]);
      expect([await isActive(kept.access_token), (await renew(kept.refresh_token)).status]).toEqual([true, 200]);
    },
  );

  test('a refresh token is no access token', async () => {
    expect(await isActive((await signIn(admin)).refresh_token)).toBe(false);
  });
});

describe('a client with a secret', () => {
  let strict: PlatformUnderTest;
  beforeAll(async () => {
    strict = await openPlatform({ client: { id: 'panel', secret: 'a:secret %' }, publicUrl: 'https://platform.example' });
  });
  afterAll(() => strict.stop());

  test('is the only one, and has to show it', async () => {
    const basic = (secret: string) => ({
      authorization: `Basic ${Buffer.from(`panel:${encodeURIComponent(secret)}`).toString('base64')}`,
    });
    expect((await authorize('/authorize', {}, strict)).status).toBe(400);
    const codeOfPanel = async () =>
      (await authorize('/authorize/as', { subject: model, client_id: 'panel' }, strict)).to?.searchParams.get('code') ?? '';
    const ask = async (headers: Record<string, string>, fields: Record<string, string> = {}) => {
      const form = { grant_type: 'authorization_code', code: await codeOfPanel(), redirect_uri: redirectUri, code_verifier: verifier };
      return (await token({ ...form, client_id: 'panel', ...fields }, headers, strict)).status;
    };
    expect([await ask(basic('a:secret %')), await ask({}, { client_secret: 'a:secret %' })]).toEqual([200, 200]);
    expect([await ask(basic('wrong')), await ask({}), await ask({}, { client_secret: 'wrong' })]).toEqual([401, 401, 401]);
  });

  test('learns where browsers and where programs find what', async () => {
    const { body } = await strict.call('GET', '/.well-known/openid-configuration');
    expect(body).toMatchObject({
      issuer: strict.url,
      authorization_endpoint: 'https://platform.example/authorize',
      token_endpoint: `${strict.url}/openid/token`,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    });
  });
});
