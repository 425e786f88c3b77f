import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { modeSettings } from './mode.ts';
import { weakSecret } from './secret-strength.ts';
import { envCount, envFlag, envMilliseconds, envPort, envSeconds, envUrl, readSettings, setting, SettingsError } from './settings.ts';

const settings = {
  port: setting({ env: 'PORT', doc: 'the port to listen on', schema: envPort, default: '3000' }),
  serviceUrl: setting({ env: 'SERVICE_URL', doc: 'base URL of the service', schema: envUrl }),
  token: setting({ env: 'TOKEN', doc: 'the token to show', schema: z.string().min(20, 'expected 20 characters'), secret: true }),
  note: setting({ env: 'NOTE', doc: 'anything', schema: z.string().optional() }),
};
const good = { SERVICE_URL: 'http://localhost:1234', TOKEN: 'x'.repeat(20) };

function problemOf(env: Record<string, string | undefined>): string {
  try {
    readSettings(settings, env);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error('the settings were taken');
}

describe('settings', () => {
  test('take their defaults, and leave out what is optional', () => {
    expect(readSettings(settings, good)).toEqual({
      port: 3000,
      serviceUrl: 'http://localhost:1234',
      token: 'x'.repeat(20),
      note: undefined,
    });
  });

  test('take an empty variable for an absent one', () => {
    expect(readSettings(settings, { ...good, PORT: '', NOTE: '' })).toMatchObject({ port: 3000, note: undefined });
    expect(problemOf({ ...good, SERVICE_URL: '' })).toContain('SERVICE_URL is not set');
  });

  test('that are bad are all named at once, each with its value, what is wrong and what it is for', () => {
    const lines = problemOf({ PORT: 'http', SERVICE_URL: 'ftp://files', TOKEN: 'x'.repeat(20) }).split('\n');
    expect(lines).toEqual([
      'PORT is "http": expected a port number from 0 to 65535. It is: the port to listen on. Leave it out for 3000',
      'SERVICE_URL is "ftp://files": expected an http:// or https:// URL. It is: base URL of the service',
    ]);
  });

  test('that are lists say once what is wrong with several items', () => {
    const list = z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(z.guid('expected UUIDs')));
    const problem = () => readSettings({ ids: setting({ env: 'IDS', doc: 'some ids', schema: list }) }, { IDS: 'x,,y' });
    expect(problem).toThrow('IDS is "x,,y": expected UUIDs. It is: some ids');
  });

  test('never print a secret', () => {
    const problem = problemOf({ ...good, TOKEN: 'hunter2' });
    expect(problem).toBe('TOKEN is not usable: expected 20 characters. It is: the token to show');
  });
});

describe('a value from the environment', () => {
  test.each([
    [envPort, '0', 0],
    [envPort, '65535', 65_535],
    [envCount, '1', 1],
    [envMilliseconds, '0', 0],
    [envSeconds, '60', 60],
    [envFlag, 'true', true],
    [envFlag, 'false', false],
    [envUrl, 'https://example.com/base///', 'https://example.com/base'],
  ])('is read (%#)', (schema, text, value) => {
    expect(schema.parse(text)).toBe(value);
  });

  test.each([
    [envPort, '65536'],
    [envPort, '-1'],
    [envPort, '80.5'],
    [envCount, '0'],
    [envCount, 'many'],
    [envMilliseconds, '-1'],
    [envMilliseconds, '1s'],
    [envSeconds, 'Infinity'],
    [envFlag, 'yes'],
    [envFlag, 'TRUE'],
    [envUrl, 'localhost:3000'],
    [envUrl, 'javascript:alert(1)'],
  ])('is refused when it cannot be meant (%#: %j)', (schema, text) => {
    expect(schema.safeParse(text).success).toBe(false);
  });
});

describe('a secret', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mood-settings-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string) => {
    const place = path.join(folder, name);
    writeFileSync(place, content);
    return place;
  };
  const { TOKEN: token, ...rest } = good;

  test.each(['', '\n', '\r\n'])('can come from a file, whose last line end is not part of it (%j)', (end) => {
    const TOKEN_FILE = file('good', token + end);
    expect(readSettings(settings, { ...rest, TOKEN_FILE }).token).toBe(token);
    expect(readSettings(settings, { ...rest, TOKEN_FILE, TOKEN: '' }).token).toBe(token);
  });

  test('cannot come from both places', () => {
    const problem = problemOf({ ...good, TOKEN_FILE: file('other', 'hunter2') });
    expect(problem).toBe('TOKEN and TOKEN_FILE are both set: keep one of them');
  });

  test('that cannot be had from its file stops the start, and what the file holds is not shown', () => {
    const missing = path.join(folder, 'missing');
    expect(problemOf({ ...rest, TOKEN_FILE: missing })).toBe(`TOKEN_FILE is "${missing}": the file cannot be read (ENOENT)`);
    expect(problemOf({ ...rest, TOKEN_FILE: folder })).toMatch(/the file cannot be read \(EISDIR\)$/);
    expect(problemOf({ ...rest, TOKEN_FILE: file('empty', '\n') })).toMatch(/the file is empty$/);
    expect(problemOf({ ...rest, TOKEN_FILE: file('large', 'hunter2'.repeat(10_000)) })).toMatch(
      /larger than 65536 bytes, which is no secret$/,
    );
    expect(problemOf({ ...rest, TOKEN_FILE: file('bad', 'hunter2') })).toBe(
      'TOKEN is not usable: expected 20 characters. It is: the token to show',
    );
  });

  test('alone can come from a file', () => {
    expect(readSettings(settings, { ...good, NOTE_FILE: file('note', 'a note') }).note).toBeUndefined();
  });
});

test('the credentials in a URL that is refused are not shown', () => {
  expect(problemOf({ ...good, SERVICE_URL: 'ftp://me:hunter2@files' })).toContain('SERVICE_URL is "ftp://***"');
});

describe('settings that need each other', () => {
  const pair = {
    cert: setting({ env: 'CERT', doc: 'the certificate', schema: z.string().optional(), needs: 'KEY' }),
    key: setting({ env: 'KEY', doc: 'the key', schema: z.string().optional(), needs: 'CERT' }),
  };

  test('are given together, or not at all', () => {
    expect(readSettings(pair, {})).toEqual({ cert: undefined, key: undefined });
    expect(readSettings(pair, { CERT: 'a', KEY: 'b' })).toEqual({ cert: 'a', key: 'b' });
    expect(() => readSettings(pair, { CERT: 'a' })).toThrow('KEY is not set: CERT needs it');
    expect(() => readSettings(pair, { KEY: 'b' })).toThrow('CERT is not set: KEY needs it');
  });
});

describe('weak secrets', () => {
  const guarded = {
    ...modeSettings,
    token: setting({
      env: 'TOKEN',
      doc: 'the token to show',
      schema: z.string().optional(),
      secret: true,
      weakness: (text) => text && weakSecret(text),
    }),
  };

  test('are refused unless the mode is embedded, by their name and never by their value', () => {
    expect(() => readSettings(guarded, { TOKEN: 'hunter2' })).toThrow(
      'TOKEN is too weak: it is shorter than 16 characters; make one with: openssl rand -base64 32. It is: the token to show',
    );
    expect(() => readSettings(guarded, { TOKEN: 'hunter2', MOOD_MODE: 'production' })).toThrow('TOKEN is too weak');
    expect(readSettings(guarded, { TOKEN: 'hunter2', MOOD_MODE: 'embedded' }).token).toBe('hunter2');
    expect(() => readSettings(guarded, { TOKEN: 'hunter2', MOOD_MODE: 'test' })).toThrow(
      /^MOOD_MODE is "test": expected production or embedded/,
    );
    expect(readSettings(guarded, {}).token).toBeUndefined();
  });

  test('are let through where there is no mode', () => {
    expect(readSettings({ token: guarded.token }, { TOKEN: 'hunter2' }).token).toBe('hunter2');
  });
});
