import { createRequire } from 'node:module';
import path from 'node:path';
import type Sequencers from '@jest/test-sequencer';

// Its types are those of what `require` returns; `import` returns something else.
const { default: Sequencer }: typeof Sequencers = createRequire(import.meta.url)('@jest/test-sequencer');
type Tests = Parameters<InstanceType<typeof Sequencer>['sort']>[0];

const root = path.resolve(import.meta.dirname, '../..');

/** What takes longest on a quiet machine (`npm test -- --times`), by path: begun last, it would run on alone when all else is done. */
export const longest = [
  'tests/redis/unreachable',
  'tests/faults/message-service',
  'apps/launcher/src/main',
  'tests/integration/metrics',
  'tests/integration/health',
  'tests/panel/overview',
  'tests/panel/model',
  'tests/security/floods',
  'tests/security/authentication',
  'tests/e2e/reference-page',
  'tests/e2e/chat',
  'libs/embedded-postgres/src/embedded-postgres',
  'tests/faults/rolling-restart',
  'tests/redis/linearizability',
  'tests/e2e/expiry',
  'tests/e2e/auto-reply',
  'libs/db/src/fitness',
  'tests/integration/exercises',
  'tests/redis/redis-loss',
  'tests/security/request-costs',
  'libs/queue/src/postgres/postgres-backend',
  'tests/redis/cache-coherence',
  'tests/faults/database-refuses',
  'tests/security/generated-requests',
  'tests/integration/deployment',
  'libs/queue/src/redis/redis-backend',
  'tests/integration/alert-rules',
  'tests/e2e/installed-client',
  'tests/redis/ends-of-moods',
  'tests/faults/worker-kill',
  'tests/security/limits',
  'tests/e2e/clocks',
  'libs/db/src/plans',
].map((name) => path.join(root, `${name}.test.ts`));

const places = new Map(longest.map((file, place) => [file, place]));
const placeOf = ({ path: file }: { path: string }) => places.get(file) ?? longest.length;

/** The order in which jest begins test files. */
class LongestFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    // Others by what jest remembers of them, or by their size.
    const sorted = await super.sort(tests);
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

export { LongestFirst as 'module.exports' };
