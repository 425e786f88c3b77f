import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readMoodNews, writeMoodNews } from './mood-news.ts';

const news = fc.array(fc.record({ modelId: fc.uuid(), version: fc.nat(Number.MAX_SAFE_INTEGER) }), { maxLength: 600 });

describe('news of moods', () => {
  test('arrives as it was told, in texts that fit into a notification of PostgreSQL', () => {
    fc.assert(
      fc.property(news, (told) => {
        const texts = writeMoodNews(told);
        expect(texts.flatMap(readMoodNews)).toEqual(told);
        expect(Math.max(0, ...texts.map((text) => Buffer.byteLength(text)))).toBeLessThan(8_000);
      }),
    );
  });

  test.each(['', 'words', ',', '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d', '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d -1', '{"modelId":1}'])(
    '%j is none',
    (text) => {
      expect(readMoodNews(text)).toEqual([]);
    },
  );

  test('is read beside what is none', () => {
    expect(readMoodNews('x,0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d 7,y 8')).toEqual([
      { modelId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d', version: 7 },
    ]);
  });
});
