import fc from 'fast-check';
import { encode, RawJson } from './requests.ts';

const long = (length: number) => 'x'.repeat(length);

/** None of it looks like what an answer must not hold: whatever is found in an answer then comes from the system itself. */
const hostileTexts = [
  '\u0000',
  'a\u0000b',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  `'; DROP TABLE mood_messaging_templates; --`,
  `' OR '1'='1`,
  `1) OR pg_sleep(10) IS NULL --`,
  '\\',
  '$1 $& $$ %s %n %x',
  '{{',
  '{{userName}}',
  '{{__proto__}}',
  '{{constructor|{{userName}}}}',
  '${7*7} #{7*7} <%= 7*7 %>',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '&lt;script&gt;',
  '../../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '/etc/passwd\u0000.json',
  'a\r\nSet-Cookie: a=b',
  '\u202Eabc\u2066',
  '\uFEFF',
  '\uFFFF',
  '\u{1F496}'.repeat(300),
  'e\u0301'.repeat(300),
  `${'a'.repeat(40)}!`.repeat(60),
  'islamicc-'.repeat(7),
  'x-'.repeat(17),
];

const deep = (depth: number, open: string, close: string) => new RawJson(`${open.repeat(depth)}1${close.repeat(depth)}`);

/** In place of a value in a body. */
export const hostileValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc
    .constantFrom('"\\ud800"', '"a\\udc00b"', '1e999', '-1e999', '-0', '1e-999', '0.1e1', '1E2', '123456789012345678901234567890')
    .map((text) => new RawJson(text)),
  fc.constantFrom(
    deep(2_000, '[', ']'),
    deep(2_000, '{"a":', '}'),
    new RawJson('{"__proto__":{"isAdmin":true}}'),
    new RawJson('{"constructor":{"prototype":{"isAdmin":true}}}'),
    new RawJson('{"toString":"x","valueOf":1,"length":-1}'),
    new RawJson('"a" : "b"'),
    new RawJson('NaN'),
    new RawJson('undefined'),
    new RawJson('"\u0000"'),
    new RawJson(`"${'\\u0000'.repeat(100)}"`),
    new RawJson(`[${'[],'.repeat(3_000)}[]]`),
  ),
  fc.constantFrom(['positive'], [['positive']], { $gt: '' }, { $ref: '#' }, [1e308], 5e-324, Number.MIN_SAFE_INTEGER),
  fc.string({ unit: 'binary', maxLength: 300 }),
);

/** How a URL can hold what is no text. */
export const hostileInUrl = fc.oneof(
  fc.constantFrom(
    '%00',
    '%ff',
    '%ED%A0%80',
    '%C0%AE%C0%AE',
    '%',
    '%zz',
    '%u0041',
    '%0d%0aSet-Cookie:%20a=b',
    '%20',
    '+',
    '~',
    ';',
    '..;',
    "'",
  ),
  fc.constantFrom('..', '.', '%2e%2e', '%2e%2e%2f%2e%2e%2fetc%2fpasswd', '..%5c..%5cx', '%252e%252e', 'a%2Fb', '/', '//', 'a/b'),
  fc.constantFrom('1e999', '-0', '0x10', '1_000', 'NaN', 'Infinity', '1e3', '99999999999999999999', '-1', '01', '%D9%A1'),
  fc.constantFrom(...hostileTexts).map((text) => encode(text)),
  fc.constantFrom(200, 201, 2_000, 9_000).map(long),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => encode(text)),
);
