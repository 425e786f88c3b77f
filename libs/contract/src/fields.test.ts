import { expect, test } from '@jest/globals';
import { insightsQuerySchema } from './analytics.ts';
import { auditQuerySchema } from './audit.ts';
import { historyQuerySchema } from './moods.ts';
import { differenceQuerySchema } from './template-administration.ts';

const queries = {
  limit: (text: unknown) => historyQuerySchema.safeParse({ limit: text }),
  offset: (text: unknown) => historyQuerySchema.safeParse({ offset: text }),
  days: (text: unknown) => insightsQuerySchema.safeParse({ days: text }),
  version: (text: unknown) => auditQuerySchema.safeParse({ version: text }),
  from: (text: unknown) => differenceQuerySchema.safeParse({ from: text, to: '1' }),
} as const;

test.each(Object.entries(queries))('%s in a query is written in decimal digits', (name, read) => {
  expect(read('10')).toMatchObject({ success: true, data: { [name]: 10 } });
  const others = [
    '0x10',
    '0b1',
    '0o7',
    '1e1',
    ' 5',
    '5 ',
    '5\n',
    '+5',
    '-5',
    '5.0',
    '5.',
    '.5',
    '1_0',
    '1,000',
    '１０',
    '५',
    '',
    ' ',
    'Infinity',
    'NaN',
    '9'.repeat(16),
  ];
  for (const text of [...others, null, true, ['5'], {}]) expect([text, read(text).success]).toEqual([text, false]);
});

test('numbers that are left out have their defaults, and those out of bounds are refused', () => {
  expect(historyQuerySchema.parse({})).toEqual({ limit: 20, offset: 0 });
  expect(insightsQuerySchema.parse({})).toEqual({ days: 30 });
  expect(historyQuerySchema.safeParse({ limit: '101' }).error?.issues).toMatchObject([{ message: 'expected 1 to 100' }]);
  expect(historyQuerySchema.safeParse({ limit: '0' }).success).toBe(false);
  expect(historyQuerySchema.safeParse({ offset: '2147483648' }).success).toBe(false);
});
