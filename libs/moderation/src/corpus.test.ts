import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createContentPolicy } from './content-policy.ts';

const policy = createContentPolicy();

/** One text a line; `#` begins a remark, `\uXXXX` stands for a character that cannot be seen. */
function read(file: string): string[] {
  return readFileSync(new URL(`./corpus/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '))
    .map((line) => line.replace(/\\u([0-9A-Fa-f]{4})/g, (_escape, code: string) => String.fromCodePoint(Number.parseInt(code, 16))));
}

describe('what performers write to fans', () => {
  test.each(['accept.txt', 'accept-more.txt', 'accept-held-out.txt', 'accept-second-held-out.txt'])('is accepted: %s', (file) => {
    const texts = read(file);
    expect(texts.length).toBeGreaterThan(80);
    expect(texts.filter((text) => policy.inspect(text).length > 0)).toEqual([]);
  });
});

describe('contact data and listed words in disguise', () => {
  test.each(['refuse.txt', 'refuse-more.txt', 'refuse-held-out.txt', 'refuse-second-held-out.txt'])('are refused: %s', (file) => {
    const texts = read(file);
    expect(texts.length).toBeGreaterThan(50);
    expect(texts.filter((text) => policy.findFirst(text) === null)).toEqual([]);
  });
});

test('both ways to ask agree', () => {
  for (const file of ['accept.txt', 'accept-more.txt', 'refuse.txt', 'refuse-more.txt']) {
    for (const text of read(file)) expect([text, policy.findFirst(text) !== null]).toEqual([text, policy.inspect(text).length > 0]);
  }
});
