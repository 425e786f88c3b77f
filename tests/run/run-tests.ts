import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { applicationRole, migrate } from '@mood/db';
import { migrateQueueSchema } from '@mood/queue';
import { administer, makeServiceLogin, templateDatabase } from '@mood/testing/database';
import { findCommand } from '@mood/testing/find-command';
import { chooseTests, usesTools } from './choose-tests.ts';
import { inspectRunLogs } from './inspect-run-logs.ts';
import { jestArguments } from './jest-arguments.ts';
import { runJest } from './run-jest.ts';
import { startRedisCluster } from '@mood/testing/redis-cluster';
import type { RedisCluster } from '@mood/testing/redis-cluster';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';
import { provideTools } from './tools.ts';
import { createTestServer } from './test-server.ts';

const help = `Runs the tests on a PostgreSQL and a Redis of their own, which are made for the run and removed after it.
Tests of a whole system run twice: with its queues in PostgreSQL, and in Redis. Some run on a Redis cluster, too.

  npm test                      everything, with reduced counts where tests kill, wait or repeat a lot
  npm test -- PATH …            the test files whose path matches
  npm test -- -t WORDS          the tests whose name matches
  npm test -- --selectProjects postgres   the first round alone; redis and redis-cluster are the others; paths may come before or after
  npm run test:faults           tests/faults and tests/redis with the full counts (takes long)

Other options go to jest as they are.`;

const { values, tokens } = parseArgs({
  options: { faults: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  strict: false,
  tokens: true,
});
if (values.help === true) {
  console.log(help);
  process.exit(0);
}

const faults = values.faults === true;
const given = readArguments(process.argv.slice(2).filter((argument) => argument !== '--faults'));
const selects = tokens.some((token) => token.kind === 'positional' || (token.kind === 'option' && token.name !== 'faults'));
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Before anything is installed or started. */
const chosen = await chooseTests(given);

const stopped = new AbortController();
let server: Awaited<ReturnType<typeof createTestServer>> | undefined;
let redis: RedisServer | undefined;
let redisCluster: RedisCluster | undefined;
for (const [signal, code] of Object.entries(signals)) {
  process.on(signal, () => {
    process.exitCode = code;
    stopped.abort();
  });
}

function readArguments(written: readonly string[]): string[] {
  try {
    return jestArguments(written);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

/** What the processes of the whole run have logged: no token, no address, no message, no name. */
function logsAreClean(logFolder: string): boolean {
  const { files, lines, findings } = inspectRunLogs(logFolder);
  for (const { file, what, line } of findings.slice(0, 20)) console.error(`The log ${file} holds ${JSON.stringify(what)}: ${line}`);
  if (files > 0) console.log(`logs of ${files} processes, ${lines} lines: ${findings.length} hold what they must not`);
  return findings.length === 0;
}

try {
  if (!selects || chosen.some((file) => usesTools.test(file))) provideTools();
  if (findCommand('redis-server') !== undefined) {
    redis = await createRedisServer({ durability: 'never' });
    await redis.start();
    redisCluster = await startRedisCluster();
  }
  server = await createTestServer();
  await server.postgres.start();
  stopped.signal.throwIfAborted();
  const templateUrl = server.postgres.url(templateDatabase);
  await server.postgres.ensureDatabase(templateDatabase);
  await migrate({ databaseUrl: templateUrl });
  await migrateQueueSchema({ databaseUrl: templateUrl, applicationRole });
  await makeServiceLogin(templateUrl);
  await administer(server.postgres.url('postgres'), `ALTER DATABASE ${templateDatabase} WITH ALLOW_CONNECTIONS false`);
  stopped.signal.throwIfAborted();

  const logFolder = path.join(server.folder, 'logs');
  await mkdir(logFolder);
  const { code, summary } = await runJest({
    arguments: [
      ...(faults && !selects ? ['tests/faults', 'tests/redis'] : []),
      // The threshold speaks of the whole suite.
      ...(faults || selects ? [] : ['--coverage']),
      ...given,
    ],
    env: {
      ...process.env,
      TEST_POSTGRES_URL: server.postgres.url('postgres'),
      // Without a server of our own, one that is there.
      TEST_REDIS_URL: redis?.url ?? process.env['REDIS_URL'],
      TEST_REDIS_CLUSTER_URL: redisCluster?.url,
      TEST_LOG_FOLDER: logFolder,
      ...(faults && { TEST_COUNTS: 'full' }),
    },
    folder: server.folder,
    stop: stopped.signal,
  });
  const clean = logsAreClean(logFolder);
  if (!stopped.signal.aborted) process.exitCode = code === 0 && !clean ? 1 : code;
  console.log(summary);
} catch (error) {
  if (stopped.signal.aborted) console.log('Stopped before the tests began.');
  else {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
} finally {
  await redis?.remove();
  await redisCluster?.remove();
  await server?.remove();
}
