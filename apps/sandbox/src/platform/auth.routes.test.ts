import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { demoPerformers } from './demo-people.ts';
import { openPlatform, tokenShape } from './platform.fixture.ts';
import type { PlatformUnderTest } from './platform.fixture.ts';

let platform: PlatformUnderTest;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(() => platform.stop());

async function issue(request: object): Promise<string> {
  return (await platform.read(tokenShape, 'POST', '/oauth/token', request)).access_token;
}
const introspect = async (token: string) => (await platform.call('POST', '/oauth/introspect', new URLSearchParams({ token }))).body;

describe('issuing tokens', () => {
  test('a token is verified by the published key and names its issuer, audience, subject, role and scope', async () => {
    const subject = randomUUID();
    const token = await issue({ role: 'admin', subject, scope: 'mood:override', expiresIn: 120 });
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', platform.url));
    const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer: platform.url, audience: 'mood-messaging', typ: 'at+jwt' });
    expect(protectedHeader.alg).toBe('EdDSA');
    expect(payload).toMatchObject({ sub: subject, role: 'admin', scope: 'mood:override' });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(120);
    expect(payload.nbf).toBe(payload.iat);
    expect(payload.jti).toEqual(expect.any(String));
  });

  test('a model token without a subject speaks for the demo performer, for one hour', async () => {
    const answer = await platform.read(tokenShape, 'POST', '/oauth/token', { role: 'model' });
    expect(answer.expires_in).toBe(3600);
    expect(decodeJwt(answer.access_token).sub).toBe(demoPerformers[0]?.id);
    expect(decodeJwt(answer.access_token)).not.toHaveProperty('scope');
  });

  test('an administrator’s token holds every scope unless the request names some', async () => {
    const every = 'mood:override templates:write queues:write audit:read analytics:read flags:write experiments:write alerts:write';
    expect(decodeJwt(await issue({ role: 'admin' }))).toMatchObject({ scope: every });
    expect(decodeJwt(await issue({ role: 'admin', scope: 'openid' }))).toMatchObject({ scope: 'openid' });
    for (const role of ['user', 'service']) expect(decodeJwt(await issue({ role }))).not.toHaveProperty('scope');
  });

  test('the key set holds no private half', async () => {
    const { body } = await platform.call('GET', '/.well-known/jwks.json');
    const { keys } = z.object({ keys: z.array(z.record(z.string(), z.string())).length(1) }).parse(body);
    expect(Object.keys(keys[0] ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    expect(keys[0]?.['kid']).toBe(decodeProtectedHeader(await issue({ role: 'user' })).kid);
  });

  test.each([
    [{ role: 'boss' }, 'role'],
    [{}, 'role'],
    [{ role: 'user', subject: 'John' }, 'subject'],
    [{ role: 'user', name: 'x' }, 'name'],
  ])('a request like %j is refused and the message names the field', async (request, field) => {
    const answer = await platform.call('POST', '/oauth/token', request);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: 'INVALID_REQUEST', message: expect.stringContaining(field) });
  });
});

describe('introspection', () => {
  test('a live token is active, with its claims', async () => {
    const subject = randomUUID();
    const token = await issue({ role: 'model', subject, scope: 'mood' });
    const { exp, iat, jti } = decodeJwt(token);
    expect(await introspect(token)).toMatchObject({
      active: true,
      sub: subject,
      role: 'model',
      scope: 'mood',
      exp,
      iat,
      jti,
      iss: platform.url,
      aud: 'mood-messaging',
      token_type: 'Bearer',
    });
  });

  test('the same question may be asked as JSON', async () => {
    const token = await issue({ role: 'user' });
    expect((await platform.call('POST', '/oauth/introspect', { token })).body).toMatchObject({ active: true, role: 'user' });
  });

  test('a revoked token is inactive at once; other tokens of the same person stay active', async () => {
    const [gone, kept] = [await issue({ role: 'user' }), await issue({ role: 'user' })];
    expect((await platform.call('POST', '/oauth/revoke', new URLSearchParams({ token: gone }))).status).toBe(200);
    expect(await introspect(gone)).toEqual({ active: false });
    expect(await introspect(kept)).toMatchObject({ active: true });
  });

  test('an expired, malformed, foreign or tampered token is inactive and nothing else is said', async () => {
    const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    const live = await issue({ role: 'user' });
    const foreign = await new SignJWT({ ...decodeJwt(live) })
      .setProtectedHeader({ ...decodeProtectedHeader(live), alg: 'EdDSA' })
      .sign(privateKey);
    const [header, , signature] = live.split('.');
    const promoted = Buffer.from(JSON.stringify({ ...decodeJwt(live), role: 'admin' })).toString('base64url');
    const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${promoted}.`;
    const expired = await issue({ role: 'user', expiresIn: -1 });
    for (const token of [expired, 'not-a-token', foreign, `${header}.${promoted}.${signature}`, unsigned]) {
      expect(await introspect(token)).toEqual({ active: false });
    }
  });

  test('revoking what is not a token of ours answers 200, as RFC 7009 asks', async () => {
    expect((await platform.call('POST', '/oauth/revoke', { token: 'nonsense' })).status).toBe(200);
  });

  test('a call without a token is refused', async () => {
    expect((await platform.call('POST', '/oauth/introspect', new URLSearchParams())).status).toBe(400);
    expect((await platform.call('POST', '/oauth/revoke')).status).toBe(400);
  });
});
