import { describe, expect, test } from '@jest/globals';
import { DomainError } from '../errors.ts';
import { createPolicyUnderTest } from '../templates/template.fixture.ts';
import { codePointLength } from './characters.ts';
import type { PolicyFinding } from './content-policy.ts';
import { inspectCustomMessage, parseCustomMessage } from './custom-message.ts';

/** Refuses the words "secret" (as a listed word) and anything with an `@` (as an e-mail address). */
const policy = createPolicyUnderTest((text) =>
  (['@', 'secret'] as const).flatMap((word): PolicyFinding[] => {
    const index = text.indexOf(word);
    return index === -1 ? [] : [{ kind: word === '@' ? 'email' : 'listed_word', index, length: word.length }];
  }),
);

function refusal(typed: string): DomainError {
  try {
    parseCustomMessage(typed, policy);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('the message was accepted');
}

describe('a custom message', () => {
  test.each(['Feeling great today!', 'I <3 you & me', 'two  blanks', '👩‍❤️‍💋‍👩 ❤️'])('"%s" stays as typed', (typed) => {
    expect(parseCustomMessage(typed, policy)).toBe(typed);
  });

  test.each([
    ['  spaced  ', 'spaced'],
    ['\u00A0Hi\u3000', 'Hi'],
    ['\u200B\u00ADHi you\u2060 ', 'Hi you'],
    [' <b> Hi </b> ', 'Hi'],
    ['&nbsp;Hi&#32;', 'Hi'],
    [' 👩‍❤️‍💋‍👩 ', '👩‍❤️‍💋‍👩'],
    ['\u2003\u2009a b\u2003', 'a b'],
    [' ❤️', '❤️'],
    ['Hi \u200B', 'Hi'],
    ['\u2028', null],
    [' . ', '.'],
  ])('loses the blanks at its ends: %j', (typed, text) => {
    if (text === null) expect(refusal(typed).message).toMatch(/single line/);
    else expect(parseCustomMessage(typed, policy)).toBe(text);
  });

  test('may be absent', () => {
    expect(parseCustomMessage(null, policy)).toBeNull();
  });

  test.each(['', '   ', '\u00A0\u3000', '\u200B', '<b> </b>', '<script>alert(1)</script>', '&nbsp;'])(
    'with nothing to see in it (%j) is no message',
    (typed) => {
      expect(parseCustomMessage(typed, policy)).toBeNull();
    },
  );

  test('loses its tags, also encoded ones', () => {
    expect(parseCustomMessage('Hi <b>there</b>&lt;script&gt;alert(1)&lt;/script&gt;', policy)).toBe('Hi there');
  });

  test('of exactly 200 code points is taken, in whatever form it is typed', () => {
    expect(parseCustomMessage('😊'.repeat(200), policy)).toBe('😊'.repeat(200));
    expect(parseCustomMessage('e\u0301'.repeat(200), policy)).toBe('é'.repeat(200));
    expect(parseCustomMessage('\u03B1\u0313\u0300\u0345'.repeat(200), policy)).toBe('\u1F82'.repeat(200));
  });

  test.each([
    ['201 letters', 'x'.repeat(201), /has 201 characters.*at most 200/],
    ['201 emoji', '😊'.repeat(201), /has 201 characters/],
    ['tags that leave little text', '<b></b>'.repeat(40), /has 280 characters/],
    ['a megabyte of marks', `a${'\u0301\u0316'.repeat(500_000)}`, /far too long.*at most 200/],
  ])('that is too long (%s) is refused, never cut', (_name, typed, message) => {
    expect(refusal(typed)).toMatchObject({ code: 'INVALID_CUSTOM_MESSAGE', message: expect.stringMatching(message) });
  });

  test.each(['two\nlines', 'tab\t', 'nul\0', 'turned \u202Eround', 'lone \uD83D', 'encoded &#x202E; mark', 'encoded&#10;line', '\n'])(
    'with control characters (%j) is refused',
    (typed) => {
      expect(refusal(typed)).toMatchObject({ code: 'INVALID_CUSTOM_MESSAGE', message: expect.stringMatching(/single line/) });
    },
  );

  test('with forbidden content is refused by the name of what it holds', () => {
    expect(refusal('write me@home')).toMatchObject({
      code: 'INVALID_CUSTOM_MESSAGE',
      message: 'Custom messages cannot hold e-mail addresses ("@"). Take them out and try again.',
    });
    expect(refusal('secret @').message).toBe(
      'Custom messages cannot hold e-mail addresses ("@") or words that the platform does not allow ("secret"). Take them out and try again.',
    );
  });

  test.each(['me&#64;home', 'sec<b></b>ret', 's&amp;#101;cret', 'sec<!-- -->ret'])(
    'with forbidden content in disguise (%j) is refused',
    (typed) => {
      expect(refusal(typed).code).toBe('INVALID_CUSTOM_MESSAGE');
    },
  );
});

describe('a message that is still being typed', () => {
  test.each([
    [null, { text: null, length: 0, removed: [] }],
    ['  spaced ', { text: 'spaced', length: 9, removed: [] }],
    ['I <3 you & me', { text: 'I <3 you & me', length: 13, removed: [] }],
    [
      'Hi <b>you</b>',
      {
        text: 'Hi you',
        length: 13,
        removed: [
          { what: 'markup', text: '<b>' },
          { what: 'markup', text: '</b>' },
        ],
      },
    ],
    ['e\u0301', { text: 'é', length: 1, removed: [] }],
    ['💃'.repeat(200), { text: '💃'.repeat(200), length: 200, removed: [] }],
  ])('%j would be accepted', (typed, inspected) => {
    expect(inspectCustomMessage(typed, policy)).toEqual({ ...inspected, refusal: null });
  });

  test.each([['💃'.repeat(201)], ['x'.repeat(5_000)], ['two\nlines'], ['write to a@b'], ['secret']])(
    '%j would be refused, and why',
    (typed) => {
      const inspected = inspectCustomMessage(typed, policy);
      expect(inspected).toEqual({ text: null, length: codePointLength(typed), refusal: refusal(typed), removed: [] });
    },
  );
});
