import { expect, test } from '@jest/globals';
import { auditSearch, boundsOf } from './search.ts';

const nothing = { modelId: '', admin: '', changedBy: '', state: '', from: '', to: '', cursor: '', open: '' };

test('what an address says and is not understood is left out', () => {
  expect(auditSearch.parse({})).toEqual(nothing);
  expect(auditSearch.parse({ changedBy: 'nobody', state: 'angry', from: '1.3.2026', open: 'x.1' })).toEqual(nothing);
  expect(auditSearch.parse({ changedBy: 'admin', from: '2026-03-01' })).toEqual({ ...nothing, changedBy: 'admin', from: '2026-03-01' });
});

test('days are whole days of the reader’s zone', () => {
  const { from = '', to = '' } = boundsOf({ from: '2026-03-01', to: '2026-03-01' });
  expect(new Date(from).getHours()).toBe(0);
  expect(new Date(from).getDate()).toBe(1);
  expect(Date.parse(to) - Date.parse(from)).toBe(86_400_000);
  expect(boundsOf({ from: '', to: '' })).toEqual({});
});
