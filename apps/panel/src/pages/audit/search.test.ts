import { expect, test } from '@jest/globals';
import { auditSearch, boundsOf, dayOf } from './search.ts';

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

test('moments that other pages link to are asked for as they are, and shown as days', () => {
  const [from, to] = ['2026-03-01T12:00:00.000Z', new Date(2026, 2, 3).toISOString()];
  expect(boundsOf({ from, to })).toEqual({ from, to });
  expect(dayOf(to)).toBe('2026-03-03');
  expect(dayOf(to, true)).toBe('2026-03-02');
  expect(dayOf('2026-03-01', true)).toBe('2026-03-01');
});
