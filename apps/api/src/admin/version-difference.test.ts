import { describe, expect, test } from '@jest/globals';
import type { TemplateVersion } from '@mood/domain';
import { differenceOf } from './version-difference.ts';

const version = (content: string, number: number): TemplateVersion => ({
  templateId: '0198c5a0-7a3f-7c11-9d2e-000000000000',
  version: number,
  changedBy: null,
  reason: null,
  changedAt: new Date(0),
  moodState: 'neutral',
  templateType: 'greeting',
  tierLevel: null,
  content,
  priority: 100,
  active: true,
  locale: null,
  experiment: null,
  weight: 1,
});

const filled = (unit: (n: number) => string) =>
  Array.from({ length: 2_000 }, (_, n) => unit(n))
    .join('')
    .slice(0, 2_000);

describe('comparing the dearest texts', () => {
  test.each<[string, (n: number) => string, (n: number) => string]>([
    ['punctuation', (n) => '.,;:'.charAt(n % 4), (n) => '!?-+'.charAt(n % 4)],
    ['punctuation in another order', (n) => '.,;:!?'.charAt(n % 6), (n) => '?.!,:;'.charAt((n * 7) % 6)],
    ['letters and dots', (n) => `${'abcdefg'.charAt(n % 7)}.`, (n) => `${'gfedcba'.charAt((n * 3) % 7)},`],
    ['digits and blanks', (n) => `${n % 10} `, (n) => `${(n * 3 + 1) % 10} `],
    ['brackets', (n) => '([{'.charAt(n % 3), (n) => ')]}'.charAt(n % 3)],
    ['braces', () => '{{', () => '}}'],
    ['emoji', (n) => (n % 2 === 0 ? '😊' : '💎'), (n) => (n % 3 === 0 ? '💎' : '😢')],
    ['line feeds', () => 'a\n', () => 'b\n\n'],
    ['words', (n) => `word${n} `, (n) => `other${n} `],
    ['words in reverse', (n) => `w${n} `, (n) => `w${2_000 - n} `],
  ])('%s: costs little, and leaves nothing out', (_what, before, after) => {
    const [from, to] = [filled(before), filled(after)];
    const usage = process.cpuUsage();
    const { contentParts, text } = differenceOf(version(from, 1), version(to, 2));
    const { user } = process.cpuUsage(usage);
    // Milliseconds of the processor. The rest of the bound is for what the machine does beside.
    expect(user / 1_000).toBeLessThan(250);
    const without = (kind: string) =>
      contentParts
        .filter((part) => part.kind !== kind)
        .map((part) => part.text)
        .join('');
    expect([without('added'), without('removed')]).toEqual([from, to]);
    expect(text).toContain('Version 1 → 2');
  });

  test('a few words among many are shown word by word', () => {
    const words = Array.from({ length: 300 }, (_, n) => `word${n}`).join(' ');
    const { contentParts } = differenceOf(version(words, 1), version(words.replace('word150', 'another'), 2));
    expect(contentParts.map(({ kind }) => kind)).toEqual(['same', 'removed', 'added', 'same']);
  });
});
