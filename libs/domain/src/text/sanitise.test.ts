import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { sanitise } from './sanitise.ts';

describe('sanitising says what it took out', () => {
  test.each([
    ['I <3 you & me', 'I <3 you & me', []],
    ['<b>bold</b>', 'bold', [['markup', '<b>'], ['markup', '</b>']]],
    ['a<br/>b', 'ab', [['markup', '<br/>']]],
    ['x<script>alert(1)</script>y', 'xy', [['markup', '<script>alert(1)</script>']]],
    ['x<style>p{}</style>y', 'xy', [['markup', '<style>p{}</style>']]],
    ['x<!-- note -->y', 'xy', [['markup', '<!-- note -->']]],
    ['&lt;i&gt;hi&lt;/i&gt;', 'hi', [['markup', '<i>'], ['markup', '</i>']]],
    ['&amp;lt;u&amp;gt;hi', 'hi', [['markup', '<u>']]],
    ['<a href="https://x.example">link</a>', 'link', [['markup', '<a href="https://x.example">'], ['markup', '</a>']]],
    ['  Hi \u3000', 'Hi', [['blank', '  '], ['blank', ' \u3000']]],
    ['a\u202Eb', 'ab', [['hidden_character', '\u202E']]],
    ['a\u0000\u0007b', 'ab', [['hidden_character', '\u0000\u0007']]],
    ['Tom &amp; Jerry', 'Tom & Jerry', []],
    ['', '', []],
  ])('%j', (typed, text, removed) => {
    const result = sanitise(typed);
    expect([result.text, result.removed.map((piece) => [piece.what, piece.text])]).toEqual([text, removed]);
  }); // prettier-ignore

  test('nothing is said of a text that stays, and something of one that does not', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '<b>',
      '</b>',
      '&lt;',
      '&amp;',
      '&',
      ' ',
      'a',
      '3',
      '\u202E',
      '<script>',
      '</script>',
      '<!--',
      '-->',
      '😊',
      '/',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const typed = pieces.join('');
        const { text, removed } = sanitise(typed);
        if (text === typed) expect(removed).toEqual([]);
        if (removed.length === 0) expect(text.length).toBeLessThanOrEqual(typed.length);
        for (const { text: taken } of removed) expect(taken).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });
});
