import { describe, expect, test } from '@jest/globals';
import { explainListening, isBlockedPort } from './ports.ts';

describe('a port that cannot be listened on', () => {
  const place = { port: 80, host: '10.0.0.7', variable: 'PORT' };
  const failing = (code: string) => Object.assign(new Error(`listen ${code}`), { code });

  test.each([
    ['EADDRINUSE', 'Port 80 on 10.0.0.7 is taken. Stop what uses it, or set PORT to another one.'],
    ['EACCES', 'Port 80 on 10.0.0.7 is not open to this user. Set PORT to one from 1024 on.'],
    ['EADDRNOTAVAIL', 'Port 80 on 10.0.0.7 cannot be had: 10.0.0.7 is no address of this machine.'],
    ['ENOTFOUND', 'Port 80 on 10.0.0.7 cannot be had: 10.0.0.7 is no address of this machine.'],
  ])('is explained in one line that names the setting (%s)', (code, words) => {
    const error = failing(code);
    expect(explainListening(error, place)).toMatchObject({ message: words, cause: error });
  });

  test('with an unknown error keeps that error', () => {
    const error = failing('EMFILE');
    expect(explainListening(error, place)).toBe(error);
  });
});

describe('a port that browsers refuse to call', () => {
  test.each([1, 22, 4190, 5060, 6000, 6667, 10_080])('is known (%d)', async (port) => {
    expect(await isBlockedPort(port)).toBe(true);
  });

  test.each([80, 443, 3000, 4000, 4191, 8080, 65_535])('is not %d', async (port) => {
    expect(await isBlockedPort(port)).toBe(false);
  });
});
