import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
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
      'PORT is "http": expected a port number. It is: the port to listen on',
      'SERVICE_URL is "ftp://files": expected an http:// or https:// URL. It is: base URL of the service',
    ]);
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
