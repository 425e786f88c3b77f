import { expect, test } from '@jest/globals';
import { createServiceToken } from './service-token.ts';
import { createSigningKey } from './signing-key.ts';
import { createTokens } from './tokens.ts';

const tokens = createTokens({ issuer: 'http://auth.example', audience: 'mood-messaging', signingKey: await createSigningKey() });

test('the token of the message service serves several calls, also at once, and is renewed long before it ends', async () => {
  let clock = Date.now();
  const token = createServiceToken(tokens, 'mood:render', () => clock);
  const [first, atOnce] = await Promise.all([token(), token()]);
  expect(atOnce).toBe(first);
  clock += 299_999;
  expect(await token()).toBe(first);
  clock += 1;
  const renewed = await token();
  expect(renewed).not.toBe(first);
  expect(await tokens.introspect(renewed)).toMatchObject({ active: true, role: 'service', scope: 'mood:render' });
  expect(await tokens.introspect(first)).toMatchObject({ active: true });
});

test('a token that could not be made is tried for again at the next call', async () => {
  let failures = 1;
  const issue: typeof tokens.issue = (request) => (failures-- > 0 ? Promise.reject(new Error('no key')) : tokens.issue(request));
  const token = createServiceToken({ issue }, 'mood:render');
  await expect(token()).rejects.toThrow('no key');
  expect(await tokens.introspect(await token())).toMatchObject({ active: true });
});
