import { describe, expect, test } from '@jest/globals';
import { inertValue, maxValueLength, systemValues } from './template-values.ts';
import type { SystemFacts } from './template-values.ts';

const facts: SystemFacts = {
  moodState: 'positive',
  tier: 'gold',
  modelName: 'Sophia',
  customMessage: 'Feeling great today!',
  now: new Date('2026-01-02T15:45:10Z'),
};

describe('the values that the system knows', () => {
  test('look as the contract shows them', () => {
    expect(systemValues(facts)).toEqual({
      mood: 'positive',
      tier: 'gold',
      modelName: 'Sophia',
      customMessage: 'Feeling great today!',
      currency: '$',
      time: '3:45 PM',
      date: 'Jan 2, 2026',
    });
  });

  test('leave out what is unknown', () => {
    expect(Object.keys(systemValues({ ...facts, tier: null, modelName: null, customMessage: null })).toSorted()).toEqual([
      'currency',
      'date',
      'mood',
      'time',
    ]);
  });

  test('follow the time zone and the locale', () => {
    expect(systemValues({ ...facts, timeZone: 'Pacific/Auckland' })).toMatchObject({ time: '4:45 AM', date: 'Jan 3, 2026' });
    expect(systemValues({ ...facts, locale: 'de-DE' })).toMatchObject({ time: '15:45', date: '2. Jan. 2026' });
    expect(systemValues({ ...facts, locale: 'fr', timeZone: 'Europe/Paris' })).toMatchObject({ time: '16:45', date: '2 janv. 2026' });
    expect(systemValues(facts)).toMatchObject({ time: '3:45 PM' });
  });

  test('have no direction marks in right-to-left locales', () => {
    expect(systemValues({ ...facts, locale: 'ar-EG' }).date).not.toMatch(/[\u200E\u200F\u061C]/);
  });

  test.each([{ timeZone: 'Mars/Olympus' }, { locale: 'not a locale' }, { timeZone: '' }, { locale: '' }])(
    'an unknown place (%j) is refused with what to do',
    (place) => {
      expect(() => systemValues({ ...facts, ...place })).toThrow(
        expect.objectContaining({ code: 'INVALID_REQUEST', message: expect.stringMatching(/IANA time zone such as/) }),
      );
    },
  );

  test('stay right when callers name very many places', () => {
    for (let extension = 0; extension < 250; extension++) {
      expect(systemValues({ ...facts, locale: `en-US-x-n${extension}` })).toMatchObject({ time: '3:45 PM' });
    }
  });

  test('are plain text, names too', () => {
    expect(systemValues({ ...facts, modelName: '<b>So\u202Ephia</b>' }).modelName).toBe('Sophia');
  });
});

describe('a value from outside', () => {
  test.each([
    ['John123', 'John123'],
    ['I <3 you & me', 'I <3 you & me'],
    ['{{amount}} $& $1', '{{amount}} $& $1'],
    ['<script>alert(1)</script>Jo', 'Jo'],
    ['&lt;b&gt;Jo', 'Jo'],
    ['Jo\nhn\0\u202E', 'John'],
    ['<\0b>Jo', 'Jo'],
    ['', ''],
  ])('%j becomes %j', (value, inert) => {
    expect(inertValue(value)).toBe(inert);
  });

  test('is cut at 1,000 code points, between characters', () => {
    expect(inertValue('😊'.repeat(maxValueLength))).toBe('😊'.repeat(1_000));
    expect(inertValue('😊'.repeat(maxValueLength + 1))).toBe('😊'.repeat(1_000));
    expect(inertValue('x'.repeat(1_000_000))).toBe('x'.repeat(1_000));
  });
});
