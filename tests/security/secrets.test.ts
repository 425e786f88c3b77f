import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readSettings } from '@mood/runtime';
import { apiSettings } from '../../apps/api/src/settings.ts';
import { workerSettings } from '../../apps/worker/src/settings.ts';
import { freePort } from '@mood/testing/free-port';
import { startNodeProcess } from '@mood/testing/process';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const goodKeys = `k1:${randomBytes(32).toString('base64')}`;
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const url = 'https://service.example';

const good = {
  DATABASE_URL: `postgres://mood:${randomBytes(18).toString('base64url')}@db.internal/mood`,
  AUDIT_MASTER_KEYS: goodKeys,
  SESSION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  AUTH_SERVICE_URL: url,
  AUTH_ISSUER: url,
  PERFORMER_SERVICE_URL: url,
  USER_SERVICE_URL: url,
  MESSAGE_SERVICE_URL: url,
  ANALYTICS_SERVICE_URL: url,
  AUTH_CLIENT_ID: 'mood-messaging',
  AUTH_CLIENT_SECRET: randomBytes(32).toString('base64'),
  SERVICE_TOKEN: randomBytes(32).toString('base64'),
};

const weak: [key: string, value: string][] = [
  ['AUTH_CLIENT_SECRET', 'k8Zq2_x'],
  ['AUTH_CLIENT_SECRET', 'changeme-changeme-changeme'],
  ['AUTH_CLIENT_SECRET', 'aaaaaaaaaaaaaaaaaaaaaaaaaa'],
  ['SERVICE_TOKEN', 'fifteen-letters'],
  ['SERVICE_TOKEN', 'example-service-token'],
  ['AUDIT_MASTER_KEYS', `k1:${base64(Buffer.alloc(32))}`],
  ['AUDIT_MASTER_KEYS', `k1:${base64(Buffer.alloc(32, 0xff))}`],
  ['AUDIT_MASTER_KEYS', `k1:${base64('change-me-change-me-change-me-32')}`],
  ['AUDIT_MASTER_KEYS', `k1:${base64('0123456789abcdef0123456789abcdef')}`],
  ['AUDIT_MASTER_KEYS', `k1:${base64(Buffer.from('f3a1990c5be2d748'.repeat(4), 'hex'))}`],
  ['AUDIT_MASTER_KEYS', `${goodKeys},old:${base64(Buffer.alloc(32, 1))}`],
  ['SESSION_KEYS', `k1:${base64(Buffer.alloc(32))}`],
  ['SESSION_KEYS', `${goodKeys},old:${base64('change-me-change-me-change-me-32')}`],
  ['DATABASE_URL', 'postgres://mood:postgres@db.internal/mood'],
  ['DATABASE_URL', 'postgres://mood:elevenchars@db.internal/mood'],
  ['DATABASE_URL', 'postgres://mood:password-1234@db.internal/mood'],
  ['DATABASE_URL', 'postgres://mood@db.internal/mood?password=changeme'],
  ['DATABASE_URL', 'postgres://mood@db.internal/mood?sslmode=no-verify'],
];

function problemsOf(settings: Parameters<typeof readSettings>[0], env: Record<string, string>): string {
  try {
    readSettings(settings, env);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('in production', () => {
  test('good secrets are taken, and a database that needs no password', () => {
    expect(problemsOf(apiSettings, good)).toBe('');
    expect(problemsOf(workerSettings, good)).toBe('');
    expect(problemsOf(apiSettings, { ...good, DATABASE_URL: 'postgres://mood@db.internal/mood' })).toBe('');
  });

  test.each(weak)('a weak %s is refused in one line that says how to make a good one (%#)', (key, value) => {
    const problem = problemsOf(apiSettings, { ...good, [key]: value });
    expect(problem).toMatch(new RegExp(`^${key} is too weak: [^\\n]*(openssl rand -base64 32|sslmode=verify-full)[^\\n]*$`));
    expect(problem).not.toContain(value);
    expect(problem).not.toContain('mood:');
  });

  test('the worker refuses them too, with the password of Redis', () => {
    expect(problemsOf(workerSettings, { ...good, SERVICE_TOKEN: 'short', REDIS_URL: 'redis://:redis@cache' }).split('\n')).toEqual([
      expect.stringMatching(/^SERVICE_TOKEN is too weak/),
      expect.stringMatching(/^REDIS_URL is too weak: of its password/),
    ]);
  });

  test('the client of the auth service has an id and a secret, or neither', () => {
    const { AUTH_CLIENT_ID, AUTH_CLIENT_SECRET, ...rest } = good;
    expect(problemsOf(apiSettings, rest)).toBe('');
    expect(problemsOf(apiSettings, { ...rest, AUTH_CLIENT_ID })).toBe('AUTH_CLIENT_SECRET is not set: AUTH_CLIENT_ID needs it');
    expect(problemsOf(apiSettings, { ...rest, AUTH_CLIENT_SECRET })).toBe('AUTH_CLIENT_ID is not set: AUTH_CLIENT_SECRET needs it');
  });

  test('a file for the TLS of the database has to be there', () => {
    const problem = problemsOf(apiSettings, { ...good, DATABASE_URL: `${good.DATABASE_URL}?sslmode=verify-full&sslrootcert=/nowhere.crt` });
    expect(problem).toMatch(/^DATABASE_URL is not usable: the file of its sslrootcert, "\/nowhere.crt", cannot be read\./);
  });

  test.each(weak)('a system that sets itself up on one machine may have a weak %s (%#)', (key, value) => {
    expect(problemsOf(apiSettings, { ...good, [key]: value, MOOD_MODE: 'embedded' })).toBe('');
  });
});

describe('the API as a process', () => {
  let stack: Stack;
  let folder: string;
  beforeAll(async () => {
    [stack, folder] = await Promise.all([startStack(), mkdtemp(path.join(tmpdir(), 'mood-secrets-'))]);
  });
  afterAll(async () => {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (env: Record<string, string>) =>
    startNodeProcess('apps/api/src/main.ts', { ...stack.env, PORT: String(await freePort()), ...env });

  test('does not start with a weak secret unless it is told that it runs embedded', async () => {
    const secret = 'example-service-token';
    await expect(start({ MOOD_MODE: '', SERVICE_TOKEN: secret })).rejects.toThrow(
      /ended with 1 .*\nSERVICE_TOKEN is too weak: (?!.*example-s)/s,
    );
    const embedded = await start({ SERVICE_TOKEN: secret });
    await embedded.stop();
    expect(embedded.output()).not.toContain(secret);
  });

  test('takes its secrets from files, in production too', async () => {
    const file = path.join(folder, 'keys');
    await writeFile(file, `${goodKeys}\n`, { mode: 0o600 });
    const child = await start({ MOOD_MODE: 'production', AUDIT_MASTER_KEYS: '', AUDIT_MASTER_KEYS_FILE: file });
    await child.stop();
    await expect(start({ AUDIT_MASTER_KEYS_FILE: file })).rejects.toThrow(/AUDIT_MASTER_KEYS and AUDIT_MASTER_KEYS_FILE are both set/);
  });
});
