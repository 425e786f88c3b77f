import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '@mood/runtime';
import { demoPerformers, demoUsers } from './demo-people.ts';
import { idsShape, openPlatform, tokenShape } from './platform.fixture.ts';
import type { PlatformUnderTest } from './platform.fixture.ts';

const issuer = 'http://auth.example';
let folder: string;
let dataFile: string;
let platform: PlatformUnderTest | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  dataFile = join(folder, 'deep', 'platform.json');
});
afterEach(async () => {
  await platform?.stop();
  await rm(folder, { recursive: true });
});

async function restart(): Promise<PlatformUnderTest> {
  await platform?.stop();
  platform = await openPlatform({ dataFile, issuer });
  return platform;
}
const issueFrom = async (from: PlatformUnderTest) => (await from.read(tokenShape, 'POST', '/oauth/token', { role: 'user' })).access_token;
const introspectAt = async (at: PlatformUnderTest, token: string) => (await at.call('POST', '/oauth/introspect', { token })).body;

test('people, tokens and revocations outlive a restart', async () => {
  const before = await restart();
  const performers = await before.read(idsShape, 'POST', '/sandbox/performers', { count: 3 });
  const users = await before.read(idsShape, 'POST', '/sandbox/users', { tier: 'bronze', locale: 'pt-BR' });
  const withoutLocale = await before.read(idsShape, 'POST', '/sandbox/users');
  await before.call('PUT', `/sandbox/users/${demoUsers[0]?.id}`, { tier: 'free' });
  const [live, revoked] = [await issueFrom(before), await issueFrom(before)];
  await before.call('POST', '/oauth/revoke', { token: revoked });

  const after = await restart();
  for (const id of performers.ids) expect((await after.call('GET', `/performers/${id}`)).status).toBe(200);
  expect((await after.call('GET', `/users/${users.ids[0]}`)).body).toMatchObject({ tier: 'bronze', locale: 'pt-BR' });
  expect((await after.call('GET', `/users/${withoutLocale.ids[0]}`)).body).not.toHaveProperty('locale');
  expect((await after.call('GET', `/users/${demoUsers[0]?.id}`)).body).toEqual({ ...demoUsers[0], tier: 'free' });
  expect(await introspectAt(after, live)).toMatchObject({ active: true });
  expect(await introspectAt(after, revoked)).toEqual({ active: false });
});

test('without a data file each start has a key of its own', async () => {
  const first = await openPlatform({ issuer });
  const token = await issueFrom(first);
  await first.stop();
  platform = await openPlatform({ issuer });
  expect(await introspectAt(platform, token)).toEqual({ active: false });
});

test('many people created at once are all in the file, and no temporary file stays behind', async () => {
  const created = await restart();
  const answers = await Promise.all(Array.from({ length: 20 }, () => created.read(idsShape, 'POST', '/sandbox/performers')));
  const content = await readFile(dataFile, 'utf8');
  for (const { ids } of answers) expect(content).toContain(ids[0]);
  expect(await readdir(join(folder, 'deep'))).toEqual(['platform.json']);
});

test('nobody but the owner can read the file: it holds the signing key', async () => {
  await restart();
  expect((await stat(dataFile)).mode & 0o077).toBe(0);
});

test.each([
  ['cut off half way', '{"signingKey":{"kty":"OKP"'],
  ['of another shape', '{"people":[]}'],
  [
    'with a key that is none',
    '{"signingKey":{"kty":"OKP","crv":"Ed25519","x":"AA","d":"AA"},"performers":[],"users":[],"revokedTokens":[]}',
  ],
])('a data file %s is moved aside with a log line that does not quote it, and the platform starts', async (_name, content) => {
  await (await restart()).stop();
  await writeFile(dataFile, content);
  const lines: string[] = [];
  const logger = createLogger({ name: 'sandbox', level: 'warn' }, { write: (line) => void lines.push(line) });
  platform = await openPlatform({ dataFile, logger });
  expect((await platform.call('GET', `/performers/${demoPerformers[0]?.id}`)).status).toBe(200);
  const aside = (await readdir(join(folder, 'deep'))).find((name) => name.includes('.broken-'));
  expect(await readFile(join(folder, 'deep', aside ?? ''), 'utf8')).toBe(content);
  expect(lines).toEqual([expect.stringContaining('moved aside')]);
  expect(lines.join()).not.toContain('OKP');
});

test('a data file that cannot be written stops the start', async () => {
  await writeFile(join(folder, 'deep'), 'a file where the folder should be');
  await expect(openPlatform({ dataFile })).rejects.toThrow(/ENOTDIR|EEXIST/);
});

test('a taken port is an error that names it', async () => {
  platform = await openPlatform();
  await expect(openPlatform({ port: platform.port })).rejects.toThrow(`${platform.port}`);
});

test('stopping twice is the same as stopping once', async () => {
  const stopping = await openPlatform();
  await Promise.all([stopping.stop(), stopping.stop()]);
  await stopping.stop();
  await expect(stopping.call('GET', '/health')).rejects.toThrow('fetch failed');
});
