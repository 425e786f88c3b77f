import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { DependencyUnavailable } from '@mood/domain';
import { generateKeyPair, SignJWT } from 'jose';
import { createAuthenticator } from './authenticator.ts';
import type { Intent } from './authenticator.ts';

const issuer = 'https://auth.example';
const audience = 'mood-messaging';
const algorithms = ['EdDSA', 'ES256'] as const;
const pairs = { EdDSA: await generateKeyPair('EdDSA'), ES256: await generateKeyPair('ES256') };

async function system(alg: (typeof algorithms)[number] = 'EdDSA') {
  const { privateKey, publicKey } = pairs[alg];
  let now = Date.now();
  let active = true;
  let down = false;
  let held: Promise<void> | undefined;
  const asked: number[] = [];
  const revoked: string[] = [];
  const authService = {
    keys: { find: async () => publicKey, renew: async () => false },
    async isSessionActive() {
      asked.push(now);
      const answer = active;
      await held;
      if (down) throw new DependencyUnavailable('authentication service');
      return answer;
    },
    async revoke(token: string) {
      if (down) throw new DependencyUnavailable('authentication service');
      revoked.push(token);
      active = false;
    },
  };
  const token = await new SignJWT({ role: 'user' })
    .setProtectedHeader({ alg, typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(crypto.randomUUID())
    .setExpirationTime('1h')
    .sign(privateKey);
  const authenticator = createAuthenticator(authService, { issuer, audience }, () => now);
  return {
    token,
    asked,
    revoked,
    pass: (ms: number) => void (now += ms),
    revokeElsewhere: () => void (active = false),
    setDown: (is: boolean) => void (down = is),
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = undefined;
        resolve();
      };
    },
    recall: (intent: Intent, spelled = token) => authenticator.recall(spelled, intent),
    come: (intent: Intent, spelled = token) => authenticator.authenticate(spelled, intent),
    end: () => authenticator.end(token),
  };
}

const refused = { name: 'NotAuthenticated', reason: 'revoked' };

describe('whether a session is alive', () => {
  test.each<[Intent, number, number]>([
    ['read', 10_000, 1],
    ['read', 10_001, 2],
    ['write', 1_000, 1],
    ['write', 1_001, 2],
    ['write', 9_000, 2],
    ['write', 0, 1],
    ['read', 1_001, 1],
  ])('is, for a %s after %i ms, asked %i times in all', async (intent, later, times) => {
    const { come, recall, pass, asked } = await system();
    await come('read');
    pass(later);
    expect(recall(intent) === undefined).toBe(times > 1);
    await come(intent);
    expect(asked).toHaveLength(times);
  });

  test.each<[Intent, number]>([
    ['read', 10_001],
    ['write', 1_001],
  ])('is known for a %s %i ms after the end', async (intent, later) => {
    const { come, recall, pass, revokeElsewhere } = await system();
    await come('write');
    revokeElsewhere();
    pass(later);
    expect(recall(intent)).toBeUndefined();
    await expect(come(intent)).rejects.toMatchObject(refused);
  });

  test('is asked once for all the writes of a second', async () => {
    const { come, pass, asked } = await system();
    for (let second = 1; second <= 3; second += 1) {
      await Promise.all(Array.from({ length: 50 }, () => come('write')));
      pass(500);
      await Promise.all(Array.from({ length: 50 }, () => come('write')));
      pass(501);
      expect(asked).toHaveLength(second);
    }
  });

  test('is asked anew by a write that comes while an older question is under way', async () => {
    const { come, pass, hold, revokeElsewhere, asked } = await system();
    await come('read');
    pass(20_000);
    const release = hold();
    const early = come('write');
    await turn();
    revokeElsewhere();
    pass(1_001);
    const late = come('write');
    release();
    await expect(early).resolves.toBeDefined();
    await expect(late).rejects.toMatchObject(refused);
    expect(asked).toHaveLength(3);
  });

  test.each<[Intent, number]>([
    ['read', 3_600_000],
    ['write', 3_600_000],
    ['read', 1],
    ['write', 2_000],
  ])('is asked anew by a %s when the clock was set back by %i ms', async (intent, back) => {
    const { come, recall, pass, revokeElsewhere, asked } = await system();
    await come(intent);
    pass(-back);
    expect(recall(intent)).toBeUndefined();
    await come(intent);
    expect(asked).toHaveLength(2);
    expect(recall(intent)).toBeDefined();
    revokeElsewhere();
    pass(10_001);
    await expect(come(intent)).rejects.toMatchObject(refused);
  });

  test('counts for a write no longer than a second while the auth service is down, for a read a minute', async () => {
    const { come, pass, setDown } = await system();
    await come('write');
    setDown(true);
    pass(1_000);
    await expect(come('write')).resolves.toBeDefined();
    pass(1);
    await expect(come('write')).rejects.toMatchObject({ name: 'DependencyUnavailable' });
    pass(58_999);
    await expect(come('read')).resolves.toBeDefined();
    pass(1);
    await expect(come('read')).rejects.toMatchObject({ name: 'DependencyUnavailable' });
  });
});

/** The order of the curve P-256: with a signature (r, s) on it, (r, order - s) is one as well. */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Other ways to write a token's signature, each of which is good. */
function otherSpellings(token: string, alg: (typeof algorithms)[number]): string[] {
  const at = token.lastIndexOf('.') + 1;
  const [said, signature] = [token.slice(0, at), token.slice(at)];
  const withOtherBits = alphabet[alphabet.indexOf(signature.at(-1) ?? '') ^ 1] ?? '';
  const spellings = [`${token}==`, said + signature.slice(0, -1) + withOtherBits];
  if (alg === 'EdDSA') return spellings;
  const bytes = Buffer.from(signature, 'base64url');
  const mirrored = (order - BigInt(`0x${bytes.toString('hex', 32)}`)).toString(16).padStart(64, '0');
  return [...spellings, said + Buffer.concat([bytes.subarray(0, 32), Buffer.from(mirrored, 'hex')]).toString('base64url')];
}

describe('a session that is ended here', () => {
  test.each(algorithms)('is refused however its token is written (%s)', async (alg) => {
    const { come, recall, end, token } = await system(alg);
    const spellings = otherSpellings(token, alg);
    for (const spelled of spellings) await expect(come('read', spelled)).resolves.toMatchObject({ role: 'user' });
    await end();
    for (const spelled of spellings) {
      expect(recall('read', spelled)).toBeUndefined();
      await expect(come('read', spelled)).rejects.toMatchObject(refused);
    }
    // … and one that was never shown before.
    await expect(come('read', `${token}=`)).rejects.toMatchObject(refused);
  });

  test('is refused at once, and the platform is told', async () => {
    const { come, recall, end, token, revoked } = await system();
    await come('read');
    await end();
    expect(revoked).toEqual([token]);
    expect(recall('read')).toBeUndefined();
    for (const intent of ['read', 'write'] as const) await expect(come(intent)).rejects.toMatchObject(refused);
  });

  test('is refused here also when the platform could not be told', async () => {
    const { come, end, setDown } = await system();
    await come('read');
    setDown(true);
    await expect(end()).rejects.toMatchObject({ name: 'DependencyUnavailable' });
    setDown(false);
    await expect(come('read')).rejects.toMatchObject(refused);
  });

  test('is told of again when it is ended again, until the platform knows', async () => {
    const { come, end, setDown, token, revoked } = await system();
    await come('read');
    setDown(true);
    for (let tries = 0; tries < 3; tries += 1) await expect(end()).rejects.toMatchObject({ name: 'DependencyUnavailable' });
    setDown(false);
    const principal = await end();
    expect([principal.role, revoked]).toEqual(['user', [token]]);
    await expect(end()).rejects.toMatchObject(refused);
    expect(revoked).toEqual([token]);
  });

  test('is refused to a request whose question was under way', async () => {
    const { come, end, hold, pass } = await system();
    await come('read');
    pass(20_000);
    const release = hold();
    const early = come('read');
    await turn();
    const ended = end();
    await ended;
    release();
    await expect(early).rejects.toMatchObject(refused);
  });

  test('is not ended by a token that nobody has signed', async () => {
    const { revoked } = await system();
    const { token, ...other } = await system();
    const authenticator = createAuthenticator(
      {
        keys: { find: async () => (await generateKeyPair('EdDSA')).publicKey, renew: async () => false },
        isSessionActive: async () => true,
        revoke: async () => void revoked.push(token),
      },
      { issuer, audience },
    );
    await expect(authenticator.end(token)).rejects.toMatchObject({ name: 'NotAuthenticated' });
    expect([...revoked, ...other.revoked]).toEqual([]);
  });
});
