import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SignJWT, generateKeyPair } from 'jose';
import { eventually } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

interface TokenRequest {
  role: string;
  expiresIn?: number;
}
async function issue(request: TokenRequest): Promise<string> {
  const answer = await fetch(`${stack.env['AUTH_SERVICE_URL']}/oauth/token`, { method: 'POST', body: JSON.stringify(request) });
  return JSON.parse(await answer.text()).access_token;
}
async function forged(): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA');
  const token = await issue({ role: 'user' });
  const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  return new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid, typ: 'at+jwt' }).sign(privateKey);
}
async function revoked(): Promise<string> {
  const token = await issue({ role: 'user' });
  await fetch(`${stack.env['AUTH_SERVICE_URL']}/oauth/revoke`, { method: 'POST', body: new URLSearchParams({ token }) });
  return token;
}

test.each<[string, () => Promise<string | undefined>]>([
  ['missing', async () => undefined],
  ['malformed', async () => 'Basic bWU6c2VjcmV0'],
  ['malformed', async () => 'Bearer a.b.c'],
  ['malformed', async () => `Bearer ${'a'.repeat(300)}`],
  ['expired', async () => `Bearer ${await issue({ role: 'user', expiresIn: -600 })}`],
  ['revoked', async () => `Bearer ${await revoked()}`],
  ['bad signature', async () => `Bearer ${await forged()}`],
])('the line of a 401 says why: %s, and never what was shown', async (reason, show) => {
  const credentials = await show();
  const requestId = randomUUID();
  const headers = { 'x-request-id': requestId, ...(credentials !== undefined && { authorization: credentials }) };
  expect((await fetch(`${stack.api.url}/api/v1/mood/terms`, { headers })).status).toBe(401);
  const line = await eventually(
    async () =>
      stack.apiProcess
        .output()
        .split('\n')
        .find((one) => one.includes(requestId) && one.includes('"status":401')),
    (found) => found !== undefined,
  );
  expect(JSON.parse(line ?? '')).toMatchObject({ status: 401, errorCode: 'UNAUTHORIZED', reason });
  if (credentials !== undefined) expect(stack.apiProcess.output()).not.toContain(credentials.split(' ')[1]);
});
