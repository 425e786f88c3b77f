import { expect, test } from '@jest/globals';
import { createCapturedLog } from './captured-log.ts';

test('a log keeps what an error says, its code and its causes, and none of its other properties', () => {
  const { logger, lines, text } = createCapturedLog();
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', client: { password: 'hunter2' } });
  logger.error({ err: new Error('no database', { cause }) }, 'failed');
  expect(lines).toMatchObject([
    {
      level: 'error',
      msg: 'failed',
      err: { type: 'Error', message: 'no database', cause: { message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' } },
    },
  ]);
  expect(text()).not.toContain('hunter2');
});

test('an error that is its own cause is logged to a certain depth only', () => {
  const { logger, lines } = createCapturedLog();
  const error = new Error('round and round');
  error.cause = error;
  logger.error({ err: error }, 'failed');
  expect(lines).toHaveLength(1);
});
