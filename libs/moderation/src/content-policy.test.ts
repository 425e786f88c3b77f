import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { startProcessorWatch } from '@mood/testing/processor-time';
import { createContentPolicy } from './content-policy.ts';
import type { ContentPolicyOptions } from './content-policy.ts';

/** What is found, as `kind: the words found`. */
function found(text: string, options: ContentPolicyOptions = {}): string[] {
  return createContentPolicy(options)
    .inspect(text)
    .map(({ kind, index, length }) => `${kind}: ${text.slice(index, index + length)}`);
}

const defaultFile = new URL('../../db/src/templates/default-templates.json', import.meta.url);
const defaultContents: string[] = JSON.parse(readFileSync(defaultFile, 'utf8')).templates.map(
  ({ content }: { content: string }) => content,
);

describe('ordinary messages', () => {
  test.each([
    'Feeling great today!',
    'I <3 you & me 😊',
    'Back on 2026-11-23 at 15:45',
    'Back 2026-11-23 - 2026-11-25, or 23.11.2026 20.30',
    'Shows at 20:00-22:00, 23:00 and 8.30 tomorrow',
    'see you at 8.30',
    'Goal: 12000 of 15,000,000 tokens, $1,234,567',
    'Here 24/7, since 2019',
    '455 fans, top 10, 3.5 stars',
    'ok.so what now',
    'love you.me too.it is nice',
    'Mr.Smith and Dr.Who',
    'e.g. i.e. a.m. p.m. U.S. v2.0.1 Node.js',
    'wait...what?!',
    'Back soon (um, maybe)',
    'Classic cocktail class in Scunthorpe',
    'me@home, you @ work',
    'connect the dots and dot the i',
  ])('"%s" holds nothing forbidden', (text) => {
    expect(found(text)).toEqual([]);
  });

  test.each(defaultContents)('the default template "%s" holds nothing forbidden', (content) => {
    expect(found(content)).toEqual([]);
  });
});

describe('e-mail addresses', () => {
  test.each([
    ['write anna@mail.com now', 'anna@mail.com'],
    ['mailto:anna@mail.com', 'mailto:anna@mail.com'],
    ['anna.b+c@mail.co.uk!', 'anna.b+c@mail.co.uk'],
    ['anna (at) mail (dot) com', 'anna (at) mail (dot) com'],
    ['anna at gmail dot com', 'anna at gmail dot com'],
    ['Anna [AT] Mail [DOT] com', 'Anna [AT] Mail [DOT] com'],
    ['anna @ gmail . com', 'anna @ gmail . com'],
    ['it is anna@gmail ok', 'anna@gmail'],
    ['ａｎｎａ＠ｍａｉｌ．ｃｏｍ', 'ａｎｎａ＠ｍａｉｌ．ｃｏｍ'],
    ['an\u200Bna@ma\u00ADil.com', 'an\u200Bna@ma\u00ADil.com'],
    ['x@ok.so', 'x@ok.so'],
    ['a@b.example', 'a@b.example'],
    ['me@home.example', 'me@home.example'],
    ['fun@bar.test', 'fun@bar.test'],
    ['love@house.invalid', 'love@house.invalid'],
    ['you@night.local', 'you@night.local'],
    ['i@u.internal', 'i@u.internal'],
    ['joe.b@intranet.lan', 'joe.b@intranet.lan'],
  ])('in "%s"', (text, address) => {
    expect(found(text)).toEqual([`email: ${address}`]);
  });
});

describe('links', () => {
  test.each([
    ['see https://example.com/a?b#c ok', 'https://example.com/a?b#c'],
    ['HTTP://EXAMPLE.COM', 'HTTP://EXAMPLE.COM'],
    ['//example.com/x', '//example.com/x'],
    ['ftp://example.com', 'ftp://example.com'],
    ['tg://resolve?domain=anna', 'tg://resolve?domain=anna'],
    ['hxxps://evil.example/x', 'hxxps://evil.example/x'],
    ['instagram.com', 'instagram.com'],
    ['bit.ly/3xYz', 'bit.ly/3xYz'],
    ['my anna.fans page', 'anna.fans'],
    ['anna.xyz', 'anna.xyz'],
    ['t.me/anna', 't.me/anna'],
    ['www.anna.love', 'www.anna.love'],
    ['chat.anna.me', 'chat.anna.me'],
    ['anna。com', 'anna。com'],
    ['anna [dot] live/me', 'anna [dot] live/me'],
    ['пример.рф', 'пример.рф'],
  ])('in "%s"', (text, link) => {
    expect(found(text)).toEqual([`url: ${link}`]);
  });
});

describe('phone numbers', () => {
  test.each([
    ['call 555-123-4567 now', '555-123-4567'],
    ['5 5 5 1 2 3 4 5 6 7', '5 5 5 1 2 3 4 5 6 7'],
    ['+44 20 7946 0958', '+44 20 7946 0958'],
    ['2125550123', '2125550123'],
    ['2026-11-23 212 555 0123', '212 555 0123'],
    ['５５５１２３４５６７', '５５５１２３４５６７'],
    ['٥٥٥١٢٣٤٥٦٧', '٥٥٥١٢٣٤٥٦٧'],
    ['५५५-१२३-४५६७', '५५५-१२३-४५६७'],
    ['5\u200B5\u200B5\u200B1234567', '5\u200B5\u200B5\u200B1234567'],
    ['(555) - 123-4567', '555) - 123-4567'],
  ])('in "%s"', (text, number) => {
    expect(found(text)).toEqual([`phone: ${number}`]);
  });

  test.each([
    'four one five, five fifty five, twenty six seventy one',
    'nine hundred five five five twelve twelve',
    'zero six forty two eighteen ninety thirty three',
    'null eins siebzig, zwölf vierunddreißig sechsundfünfzig',
    'seis diecisiete treinta y dos cuarenta cincuenta y uno trece',
    'seiscientos diecisiete cuarenta veintiuno treinta 88',
    'zéro six quarante-deux quatre-vingt-dix-sept dix-huit trente-trois',
    'nul zes eenenveertig drieëntwintig zeventig elf negentig',
    'tre trentuno quarantotto settantadue novantanove undici',
    'девятьсот шестнадцать сорок два тридцать один семьдесят',
    'dziewięćset dwadzieścia jeden pięćdziesiąt trzydzieści 44',
    '$415 555 2671',
  ])('in number words above nine, or behind a currency: "%s"', (text) => {
    expect(found(text)).toEqual([expect.stringMatching(/^phone: /)]);
  });

  test.each([
    'one hundred, two hundred, three hundred, four hundred tokens',
    'ten twenty thirty forty fifty sixty',
    'dix, vingt, trente, quarante, cinquante jetons',
    'zehn, zwanzig, dreißig, vierzig, fünfzig',
    'doscientos, trescientos, cuatrocientos tokens',
    'eleven twelve thirteen fourteen fifteen',
    'ten nine eight seven six five four three two one',
    'twenty, nineteen, eighteen, seventeen, sixteen, fifteen',
    'dix neuf huit sept six cinq quatre trois deux un',
    'zehn neun acht sieben sechs fünf vier drei zwei eins los',
    'diez nueve ocho siete seis cinco cuatro tres dos uno',
    'fifty shades, ninety nine problems, twenty one pilots',
    'once 100, 200, 300',
    '90-60-90, 172 cm, 55 kg',
    '$50 10 minutes, $90 20 minutes',
  ])('not in amounts: "%s"', (text) => {
    expect(found(text)).toEqual([]);
  });

  test('in keycap emoji', () => {
    expect(found(Array.from('5551234567', (digit) => `${digit}\uFE0F\u20E3`).join(''))).toHaveLength(1);
  });

  test('of the configured country may be short', () => {
    expect(found('ruf an: 030 123456')).toEqual(['phone: 030 123456']);
    expect(found('bel 0112 3456', { phoneCountry: 'US' })).toEqual(['phone: 0112 3456']);
    expect(found('ring 22 34 56 78', { phoneCountry: 'NO' })).toEqual(['phone: 22 34 56 78']);
    expect(found('ring 22 34 56 78', { phoneCountry: 'US' })).toEqual([]);
  });

  test('of a country that does not exist cannot be asked for', () => {
    expect(() => createContentPolicy({ phoneCountry: 'XX' })).toThrow(/"XX"/);
  });
});

describe('listed words', () => {
  test.each(['fuck', 'FUCK', 'fück', 'Ｆuck', 'sh1t', 'fu\u200Bck'])('the English list is the default: %s', (word) => {
    expect(found(`oh ${word} !`)).toEqual([`listed_word: ${word}`]);
  });

  const options: ContentPolicyOptions = {
    listedWords: ['Telegram', ' cash app ', 'привет', '18+', 'a[b]|?', ''],
    allowedWords: ['sexy', ' '],
  };

  test.each([
    ['my TELEGRAM is', 'TELEGRAM'],
    ['t3legram', 't3legram'],
    ['Cash  App me', 'Cash  App'],
    ['ПРИВЕТ всем', 'ПРИВЕТ'],
    ['18+ only', '18+'],
    ['x a[b]|? x', 'a[b]|?'],
  ])('words of the operator are found in "%s"', (text, word) => {
    expect(found(text, options)).toEqual([`listed_word: ${word}`]);
  });

  test.each(['telegraming', 'atelegram', 'приветик', 'cashapp', 'cash'])('they are whole words: "%s" is not found', (text) => {
    expect(found(text, options)).toEqual([]);
  });

  test('an allowed word is accepted, its neighbours on the list are not', () => {
    expect(found('feeling sexy', {})).toEqual(['listed_word: sexy']);
    expect(found('feeling Sexy', options)).toEqual([]);
    expect(found('sex', options)).toEqual(['listed_word: sex']);
    expect(found('boobs and ass', { allowedWords: ['boob'] })).toEqual(['listed_word: ass']);
  });

  test('what is both listed and allowed is allowed', () => {
    expect(found('telegram', { listedWords: ['telegram'], allowedWords: ['TELEGRAM'] })).toEqual([]);
  });

  test('a listed word inside an allowed phrase is accepted', () => {
    const list: ContentPolicyOptions = { listedWords: ['snap'], allowedWords: ['oh snap'] };
    expect(found('oh snap', list)).toEqual([]);
    expect(found('my snap', list)).toEqual(['listed_word: snap']);
  });
});

describe('findings', () => {
  test('are the same whenever a text is asked about again, in any order of questions, and belong to one policy alone', () => {
    const strict = createContentPolicy();
    const lax = createContentPolicy({ refused: ['phone'] });
    const texts = ['John', 'mail anna@example.com or visit evil.com', '', 'x'.repeat(600), `${'x '.repeat(300)}evil.com`];
    const ask = (text: string) => [strict.findFirst(text)?.kind ?? null, strict.inspect(text).map(({ kind }) => kind), lax.inspect(text)];
    const first = texts.map(ask);
    expect(first.map(([kind]) => kind)).toEqual([null, 'email', null, null, 'url']);
    expect(first.map(([, kinds]) => kinds)).toEqual([[], ['email', 'url'], [], [], ['url']]);
    for (const again of [texts, texts.toReversed()]) expect(again.map(ask)).toEqual(again.map((text) => first[texts.indexOf(text)]));
  });

  test('stand in order of place, in UTF-16 units', () => {
    expect(createContentPolicy().inspect('😊 call 555-123-4567 or anna@mail.com, fuck www.x.com')).toEqual([
      { kind: 'phone', index: 8, length: 12 },
      { kind: 'email', index: 24, length: 13 },
      { kind: 'listed_word', index: 39, length: 4 },
      { kind: 'url', index: 44, length: 9 },
    ]);
  });

  test('are the same when asked again', () => {
    const policy = createContentPolicy();
    expect(policy.inspect('x@y.com')).toEqual(policy.inspect('x@y.com'));
    for (const text of ['x@y.com', 'John', 'x@y.com', 'John'])
      expect([text, policy.findFirst(text)?.kind ?? null]).toEqual([text, text === 'John' ? null : 'email']);
  });

  test('lie inside the text, sorted, for every text', () => {
    const policy = createContentPolicy({ listedWords: ['telegram'] });
    const piece = fc.oneof(
      fc.constantFrom(
        'a',
        '@',
        '.',
        'com',
        ' (at) ',
        ' dot ',
        '5',
        '555',
        '-',
        ' ',
        'http://',
        'fuck',
        '😊',
        '\uFDFA',
        'İ',
        '\u0301',
        '\uFE0F',
        '５',
        '٥',
        '\uD83D',
        'telegram',
      ),
      fc.string({ unit: 'binary', maxLength: 2 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        let before = 0;
        for (const { index, length } of policy.inspect(text)) {
          expect(length).toBeGreaterThan(0);
          expect(index).toBeGreaterThanOrEqual(before);
          expect(index + length).toBeLessThanOrEqual(text.length);
          before = index;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('take time in proportion to the length of the text, whatever it is made of', () => {
    const policy = createContentPolicy({ listedWords: ['telegram'] });
    const units = [
      'a', 'а', '5', '٥', 'Ａ', '😊', '5😊', '_', '.', '1.', '1, ', '12:30 ', '1/2 a ', '8.30, ', '(1) ', '$5 ', '5 and ', 'one ', 'five', 'O1', 'aa11', 'a b ', 'f u c k ', 'fu.ck ',
      'f*', 'insta ', 'insta: a_1 ', 'x: ', '@a ', 'a.com ', 'anna.b.c.', ' dot ', '-at-', 'a n n a @ ', '&#64;', '&amp;', '\u202E', 'love it.so much ', 'https:/', '12/12/2020 ', 'n99',
    ]; // prettier-ignore
    const cost = (text: string) => {
      const before = process.cpuUsage();
      policy.inspect(text);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const bad = units.filter((unit) => {
      const [short = '', long = ''] = [5_000, 20_000].map((length) => unit.repeat(Math.ceil(length / unit.length)));
      // Four times the text: linear costs four times as much, quadratic sixteen. Below 5 ms the clock says nothing. Mostly one look at each is
      // enough: six is far from both.
      if (Math.max(5_000, cost(short)) * 6 > cost(long)) return false;
      const limit = Math.max(5_000, Math.min(...Array.from({ length: 3 }, () => cost(short)))) * 12;
      // The least of three counts: no further one can make too much of what is little enough.
      return Array.from({ length: 3 }).every(() => cost(long) > limit);
    });
    expect(bad).toEqual([]);
  });

  test.each(['a.', 'a@', '5', ' ', '(at)', '5-', 'a://', 'a%+._-', 'www.', '1 - ', '\u0301', '😊', '12/12/2020 '])(
    'in %j repeated to 20,000 characters are done in linear time',
    (unit) => {
      const policy = createContentPolicy();
      const usedMs = startProcessorWatch();
      policy.inspect(unit.repeat(20_000 / unit.length));
      expect(usedMs()).toBeLessThan(2_000);
    },
  );
});
