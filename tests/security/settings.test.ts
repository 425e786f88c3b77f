import { describe, expect, test } from '@jest/globals';
import { readSettings } from '@mood/runtime';
import type { Setting } from '@mood/runtime';
import { knownSettings } from '../settings/settings-table.ts';

const settings = [...new Map([...knownSettings('api'), ...knownSettings('worker')].map((one) => [one.env, one])).values()];

/** Ten ways to be wrong. What a setting of text may well hold is not wrong there. */
const wrong = [
  '-1',
  '1.5',
  '1e99',
  '0x10',
  'NaN',
  '99999999999999999999',
  'many',
  ' ',
  '☃',
  'javascript:alert(1)',
  'Hunter2-Hunter2,:',
  '[object Object]',
];

const refusalOf = (one: Setting, value: string): string | undefined => {
  try {
    const { needs: _together, ...alone } = one;
    readSettings({ alone }, { [one.env]: value });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
};
const numbers = settings.filter(({ default: byDefault, env }) => /^\d+$/.test(byDefault ?? '') || env === 'METRICS_PORT');

describe.each(settings.map((one) => [one.env, one] as const))('%s', (env, one) => {
  test.each(wrong)('given %j is taken, or refused in one line that names it and says what it is', (value) => {
    const refusal = refusalOf(one, value);
    if (refusal === undefined) return;
    expect(refusal).toMatch(new RegExp(`^${env} is `));
    expect(refusal.split('\n')).toHaveLength(1);
    expect(refusal).toContain(`It is: ${one.doc}`);
    if (one.secret === true && value.trim() !== '') expect(refusal.replace(one.doc, '')).not.toContain(value);
    expect(refusal).not.toMatch(/Invalid input|Too (small|big)|received|pattern \//);
  });
});

test.each(numbers.map((one) => [one.env, one] as const))(
  '%s says from where to where it goes, and what it is when it is left out',
  (_env, one) => {
    for (const value of ['-1', '1.5', '1e99', '0x10', 'NaN', '99999999999999999999', 'many', ' ', '+5', '1_000']) {
      const refusal = refusalOf(one, value);
      expect(refusal).toMatch(/expected .* from \d+ to \d+/);
      if (one.default !== undefined) expect(refusal).toContain(`Leave it out for ${one.default}`);
    }
  },
);

test('there are numbers among them', () => {
  expect(numbers.map(({ env }) => env)).toEqual(
    expect.arrayContaining(['PORT', 'WORKER_CONCURRENCY', 'DATABASE_POOL_MAX', 'RELAY_IDLE_MS']),
  );
});
