import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { keyListSetting, parseKeyList } from './key-list.ts';
import { readSettings, SettingsError } from './settings.ts';

const [first, second] = [randomBytes(32), randomBytes(32)];
const encoded = (secret: Buffer) => secret.toString('base64');

describe('keys in a setting', () => {
  test('are read in order, the one for what is new first', () => {
    expect(parseKeyList(`2026-06:${encoded(first)}, old_1:${encoded(second)}`)).toEqual({
      ok: true,
      keys: [
        { id: '2026-06', secret: first },
        { id: 'old_1', secret: second },
      ],
    });
  });

  const wrongForm = 'expected "id:base64" entries separated by commas';
  test.each([
    ['', wrongForm],
    [encoded(first), wrongForm],
    [`:${encoded(first)}`, wrongForm],
    [`my key:${encoded(first)}`, wrongForm],
    [`a:b:${encoded(first)}`, wrongForm],
    [`${'k'.repeat(41)}:${encoded(first)}`, wrongForm],
    [`k1:${encoded(first)},`, wrongForm],
    ['k1:', 'key "k1" has 0 bytes, expected 32 (openssl rand -base64 32)'],
    [`k1:${encoded(first.subarray(0, 16))}`, 'key "k1" has 16 bytes, expected 32 (openssl rand -base64 32)'],
    [`k1:${encoded(first)},k1:${encoded(second)}`, 'key "k1" is given twice'],
  ])('that cannot be used are refused with what to do (%#)', (text, problem) => {
    expect(parseKeyList(text)).toEqual({ ok: false, problem });
  });

  test('never show in what a bad configuration prints', () => {
    const short = encoded(first.subarray(0, 31));
    let problem = '';
    try {
      readSettings({ keys: keyListSetting({ env: 'SOME_KEYS', doc: 'some keys' }) }, { SOME_KEYS: `k1:${short}` });
    } catch (error) {
      if (error instanceof SettingsError) problem = error.message;
    }
    expect(problem).toMatch(/^SOME_KEYS is not usable: key "k1" has 31 bytes/);
    expect(problem).not.toContain(short);
  });
});
