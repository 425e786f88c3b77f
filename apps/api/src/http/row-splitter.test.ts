import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RowSplitter } from './row-splitter.ts';

class TooLong extends Error {}

/** As an import reads a file: the rows one by one, then what stands around them. @throws SyntaxError where it is no JSON. */
function read(chunks: readonly string[], maxPiece = 1_000_000): unknown {
  const rows: unknown[] = [];
  const splitter = new RowSplitter({
    list: 'templates',
    maxPiece,
    onRow: (json) => rows.push(JSON.parse(json)),
    onTooLong: (row) => {
      throw new TooLong(String(row));
    },
  });
  for (const chunk of chunks) splitter.write(chunk);
  const file: unknown = JSON.parse(splitter.end());
  if (rows.length === 0 || typeof file !== 'object' || file === null) return file;
  return Object.assign(file, { templates: rows });
}

function outcome(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    return error instanceof SyntaxError ? 'no JSON' : error;
  }
}

const inPieces = (text: string, size: number) =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, n) => text.slice(n * size, (n + 1) * size));

describe('a file in pieces of any size is what JSON.parse makes of it', () => {
  test.each([
    '{"format":"mood-templates/1","templates":[]}',
    '{"templates":[ ],"format":1}',
    '{"templates":[{"a":1},{"b":[1,{"c":"]"}]}]}',
    ' { "templates" : [ {"a": "\\"},{"} , "x", [1,2], null, 5, true ] , "z": {} } ',
    '{"templ\\u0061tes":[{"a":1}]}',
    '{"templates":{"templates":[1,2]}}',
    '{"other":{"templates":[1,2]},"templates":[3]}',
    '{"other":"\\"templates\\":[","templates":["\\\\"]}',
    '{"other":["templates",[1]],"templates":[3,4]}',
    '{"templates":5}',
    '{"templates":null,"a":[1]}',
    '[{"templates":[1]}]',
    '["templates",[1]]',
    '"templates"',
    '{"templates":[{"__proto__":{"a":1}}]}',
    // What is no JSON.
    '',
    '{',
    '{"templates":[',
    '{"templates":[1',
    '{"templates":[1]',
    '{"templates":[1,]}',
    '{"templates":[,1]}',
    '{"templates":[1,,2]}',
    '{"templates":[1}}',
    '{"templates":[1]]',
    '{"templates":[{]}]}',
    '{"templates":[1] 2}',
    '{"templates":[1 2]}',
    '{"templates":["]}',
    '{"templates" [1]}',
    '"templates":[1]',
    '{"templates":[]]}',
    '}{"templates":[1]}',
    '{"templates":[1]}{"templates":[2]}',
  ])('%s', (text) => {
    const whole = outcome(() => JSON.parse(text));
    for (const size of [1, 2, 3, 7, 1_000]) expect(outcome(() => read(inPieces(text, size)))).toEqual(whole);
  });

  test('whatever is in it, wherever it is cut', () => {
    const row = fc.json({ maxDepth: 3, stringUnit: 'grapheme' });
    const spoilt = fc.tuple(
      fc.array(row, { maxLength: 5 }),
      fc.json({ maxDepth: 2 }),
      fc.nat(),
      fc.constantFrom('', '"', '[', ']', '{', '}', ',', '\\'),
    );
    fc.assert(
      fc.property(spoilt, fc.integer({ min: 1, max: 40 }), ([rows, more, place, mark], size) => {
        const whole = `{"format":${more},"templates":[${rows.join(',')}],"more":${more}}`;
        const at = place % (whole.length + 1);
        const text = whole.slice(0, at) + mark + whole.slice(at);
        expect(outcome(() => read(inPieces(text, size)))).toEqual(outcome(() => JSON.parse(text)));
      }),
      { numRuns: 3_000 },
    );
  });
});

test('a second list of the same name is left to JSON.parse, which takes the last one', () => {
  const file = read(['{"templates":[1],"templates":[2]}']);
  // The rows were handed on already: whoever reads the file compares.
  expect(file).toEqual({ templates: [1] });
});

test.each([
  ['a row', `{"templates":[1,"${'x'.repeat(2_000)}"]}`, '1'],
  ['what stands before the rows', `{"a":"${'x'.repeat(2_000)}","templates":[]}`, 'null'],
  ['what stands after the rows', `{"templates":[1,2],"a":"${'x'.repeat(2_000)}"}`, 'null'],
  ['a row that never ends', `{"templates":[${'['.repeat(2_000)}`, '0'],
  ['a list of nothing', `{"templates":[${' '.repeat(2_000)}`, '0'],
])('%s that is too long is named before it is parsed', (_what, text, row) => {
  expect(() => read(inPieces(text, 100), 1_000)).toThrow(new TooLong(row));
});
