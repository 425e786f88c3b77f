import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { alertsSearch } from '../pages/alerts/alerts-search.ts';
import { auditSearch } from '../pages/audit/search.ts';
import { modelsSearch } from '../pages/models/models-search.ts';
import { overviewSearch } from '../pages/overview/period.ts';
import { templatesSearch } from '../pages/templates/templates-search.ts';
import { leftOutOf } from './address.ts';
import type { AddressSchema } from './address.ts';

const of = (schema: AddressSchema, raw: string) => leftOutOf({ schemas: [schema], refused: [] }, raw).map((pair) => pair.join('='));
const id = 'a0000000-0000-4000-8000-000000000001';

describe('what is left out of an address', () => {
  test.each([
    ['audit', auditSearch, 'state=purple&from=yesterday&limit=abc', ['state=purple', 'from=yesterday', 'limit=abc']],
    ['audit', auditSearch, 'to=2026-02-30&modelId=sophia&admin=7', ['to=2026-02-30', 'modelId=sophia', 'admin=7']],
    ['models', modelsSearch, 'moodState=purple&q=sophia&atLimit=yes', ['moodState=purple', 'q=sophia', 'atLimit=yes']],
    ['alerts', alertsSearch, 'status=red&rule=none&modelId=x', ['status=red', 'rule=none', 'modelId=x']],
    ['overview', overviewSearch, 'range=abc&from=yesterday&zone=Mars', ['range=abc', 'from=yesterday', 'zone=Mars']],
    ['templates', templatesSearch, 'tierLevel=iron&offset=-1', ['tierLevel=iron', 'offset=-1']],
    ['a page without filters', z.object({}), 'from=yesterday&toString=1', ['from=yesterday', 'toString=1']],
  ] as const)('of %s are parameters that it does not know, and values that are none', (_, schema, raw, expected) => {
    expect(of(schema, raw)).toEqual(expected);
  });

  test('is nothing of what pages link to, and of what is empty', () => {
    expect(of(auditSearch, `from=2026-11-01T00:00:00.000Z&to=2026-11-30&modelId=${id}&open=${id}.3&state=&changedBy=admin`)).toEqual([]);
    expect(of(modelsSearch, 'q=a0000000-00&changedBy=model&cursor=abc')).toEqual([]);
    expect(of(alertsSearch, `status=all&rule=content_refusals&modelId=${id}`)).toEqual([]);
    expect(of(overviewSearch, 'range=custom&from=2026-01-01&to=2026-01-31&zone=Asia/Kathmandu&changes=state')).toEqual([]);
    expect(of(templatesSearch, 'offset=25&tierLevel=none&active=true&experiment=warm+words')).toEqual([]);
  });

  test('is what one part of the page knows only if none does, and what the data have refused', () => {
    const schemas = [
      z.object({ tier: z.catch(z._default(z.enum(['gold']), 'gold'), 'gold') }),
      z.object({ name: z.catch(z.string(), '') }),
    ];
    expect(leftOutOf({ schemas, refused: [] }, 'tier=gold&name=none&tier=iron')).toEqual([['tier', 'iron']]);
    expect(leftOutOf({ schemas, refused: ['name'] }, 'tier=gold&name=none')).toEqual([['name', 'none']]);
  });
});
