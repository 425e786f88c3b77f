import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createCapturedLog } from '@mood/testing/captured-log';
import { withLogContext } from './log-context.ts';

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

describe('whatever a log line is given, it holds', () => {
  const secret = 'Sophia-was-here';

  test('no row of the database, not even where the stack repeats the message', () => {
    const { logger, text } = createCapturedLog();
    const error = Object.assign(new Error(`invalid input syntax for type uuid: "${secret}\n    at ${secret} (file.ts:1:1)"`), {
      code: '22P02',
      detail: `Key (display_name)=(${secret}) already exists.`,
      where: `unnamed portal parameter $1 = '${secret}'`,
      parameters: [secret],
    });
    logger.error({ err: new Error('the query failed', { cause: error }) }, 'failed');
    expect(text()).toContain('invalid input syntax');
    expect(text()).not.toContain(secret);
  });

  test('no credentials and no tokens, in any field', () => {
    const { logger, text } = createCapturedLog();
    logger.warn(
      { problem: `redis://default:${secret}@cache:6379 is away`, header: `Bearer ${secret}` },
      `postgres://mood:${secret}@db/mood`,
    );
    logger.error({ err: new TypeError(`Failed to parse URL from https://u:${secret}@host`) }, 'failed');
    expect(text()).toContain('redis://*** is away');
    expect(text()).not.toContain(secret);
  });

  test('nothing of a thing that was thrown and is not an error', () => {
    const { logger, text } = createCapturedLog();
    logger.error({ err: { customMessage: secret } }, 'failed');
    logger.error({ err: secret }, 'failed');
    expect(text()).not.toContain(secret);
  });
});

describe('the ids of a piece of work', () => {
  test('are in each of its lines, and in no line of another', async () => {
    const { logger, lines } = createCapturedLog();
    const work = (requestId: string) =>
      withLogContext({ requestId }, async () => {
        logger.info('begins');
        await turn();
        logger.child({ part: 'deep down' }).info('ends');
      });
    await Promise.all([work('one'), work('two')]);
    logger.info('outside');
    expect(lines.map((line) => [line.msg, line['requestId']])).toEqual([
      ['begins', 'one'],
      ['begins', 'two'],
      ['ends', 'one'],
      ['ends', 'two'],
      ['outside', undefined],
    ]);
  });

  test('add up', () => {
    const { logger, lines } = createCapturedLog();
    withLogContext({ requestId: 'one' }, () => withLogContext({ jobId: 'two' }, () => logger.info('both')));
    expect(lines).toMatchObject([{ requestId: 'one', jobId: 'two' }]);
  });
});

test('a log whose disk is full ends nobody', async () => {
  const script = `
    import { createLogger } from '@mood/runtime';
    const logger = createLogger({ name: 'full', level: 'info' });
    for (let line = 0; line < 20; line += 1) {
      logger.info('a line');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    process.stderr.write('still there');
    process.exit(0);`;
  const full = openSync('/dev/full', 'w');
  const options = ['--input-type=module', '-e', script];
  const child = spawn(process.execPath, options, { cwd: import.meta.dirname, stdio: ['ignore', full, 'pipe'], timeout: 20_000 });
  closeSync(full);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = await once(child, 'close');
  expect([said, code]).toEqual(['still there', 0]);
});
