import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createCapturedLog } from '@mood/testing/captured-log';
import { createProblemLog } from './problem-log.ts';

function openLog() {
  const log = createCapturedLog();
  let now = 0;
  const tell = createProblemLog(log.logger, 'round failed', () => now);
  return { tell, told: () => log.lines.filter(({ level }) => level === 'warn'), text: log.text, wait: (ms: number) => (now += ms) };
}

const refused = () => Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
const away = (cause: unknown) => new Error('The database is not available right now.', { cause });

describe('a failure that repeats', () => {
  test('is told once a minute, with how often it happened meanwhile', () => {
    const { tell, told, wait } = openLog();
    for (let second = 0; second < 125; second += 1) {
      tell('outbox relay', away(refused()), { failures: second + 1 });
      wait(1_000);
    }
    expect(told().map((line) => [line['failures'], line['notToldSince']])).toEqual([
      [1, undefined],
      [61, 59],
      [121, 59],
    ]);
  });

  test('is told although its words differ by a port or an id every time: by its kind, not by its words', () => {
    const { tell, told } = openLog();
    for (let port = 1; port <= 500; port += 1)
      tell('purge', away(Object.assign(new Error(`connect from ${port}`), { code: 'ECONNRESET' })));
    expect(told()).toHaveLength(1);
  });

  test('hides neither another failure, nor the same one of another part', () => {
    const { tell, told } = openLog();
    tell('purge', away(refused()));
    tell('purge', new TypeError('x is not a function'));
    tell('reconciler', away(refused()));
    tell('purge', away(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
    tell('purge', away(refused()));
    expect(told().map((line) => line['part'])).toEqual(['purge', 'purge', 'reconciler', 'purge']);
  });
});

test.each<[string, unknown, string]>([
  ['a cause', away(refused()), 'The database is not available right now. (connect ECONNREFUSED 127.0.0.1:5432)'],
  ['causes of causes', new Error('a', { cause: new Error('b', { cause: new Error('c') }) }), 'a (b (c))'],
  ['errors inside an error', new AggregateError([refused(), new Error('again')]), 'connect ECONNREFUSED 127.0.0.1:5432; again'],
  ['credentials', new Error('connect postgres://me:secret@db/mood failed'), 'connect postgres://***/mood failed'],
  ['a token', new Error('Bearer abc.def.ghi refused'), 'Bearer *** refused'],
  ['more lines than one', new Error('first\n  second'), 'first second'],
  ['no words', new RangeError(''), 'RangeError'],
  ['a text', 'gone', 'gone'],
  ['nothing', undefined, 'undefined'],
  [
    'a form that is wrong',
    new Error('odd answer', { cause: z.object({ name: z.string() }).safeParse({ name: 7 }).error }),
    'odd answer (name: invalid_type)',
  ],
  ['what the parser quotes', new SyntaxError('Unexpected token "Sophia" is no JSON'), 'Unexpected token "***" is no JSON'],
])('is told with %s, and without a stack', (_name, error, problem) => {
  const { tell, told, text } = openLog();
  tell('relay', error);
  expect(told()).toMatchObject([{ part: 'relay', problem, msg: 'round failed' }]);
  expect(text()).not.toMatch(/\bat .*:\d+:\d+/);
});
