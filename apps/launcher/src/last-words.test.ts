import { expect, test } from '@jest/globals';
import { findLastWords } from './last-words.ts';

const line = (level: string, msg: string) => JSON.stringify({ level, msg });

test.each([
  ['the last fatal line', [line('info', 'ready'), line('fatal', 'first'), line('fatal', 'second'), line('info', 'stopped')], 'second'],
  ['a fatal line rather than what node adds to it', [line('fatal', 'the port is taken'), 'Error: something'], 'the port is taken'],
  ['a fatal line of several lines in one', [line('fatal', 'PORT is "x"\n  SANDBOX_PORT is "y"')], 'PORT is "x"; SANDBOX_PORT is "y"'],
  [
    'the error in what node prints at a crash',
    ['/app/main.ts:3', 'throw new RangeError("too much");', '^', '', 'RangeError: too much', '    at main.ts:3', '', 'Node.js v24.21.0'],
    'RangeError: too much',
  ],
  [
    'plain lines, when there is nothing else',
    [line('info', 'starting'), 'PORT is not a number', 'HOST is empty'],
    'PORT is not a number; HOST is empty',
  ],
  ['nothing, when the log does not tell', [line('info', 'ready'), line('warn', 'slow')], undefined],
  ['nothing, when there is no log', [''], undefined],
])('the last words are %s', (_what, lines, words) => {
  expect(findLastWords(lines.join('\n'))).toBe(words);
});
