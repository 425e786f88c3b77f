import type { AnalyticsReader } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';
import { readChangesPerModel, readMoodDurations, readReplyLateness } from './read-distributions.ts';
import { readAdoption, readAuditState, readMoodsNow, readRepliesOf } from './read-models.ts';
import { readSums } from './read-sums.ts';
import { readTemplateUses } from './read-template-uses.ts';
import { readTop } from './read-top.ts';

const progress = statement(
  'analytics-progress',
  {},
  () => sql<{ as_of: Date; until: Date | null }>`SELECT clock_timestamp() AS as_of,
    (SELECT max(bucket_start) + interval '15 minutes' FROM analytics_buckets) AS until`,
);

/**
 * What the worker has rolled up, with what has not been yet, so that nothing is missing and nothing counted twice.
 * @param replicaAsOf until when a replica has everything, whose clock runs on; undefined: it is the primary.
 */
export function createAnalyticsReader(database: Database, replicaAsOf: () => Date | undefined = () => undefined): AnalyticsReader {
  return {
    async progress() {
      const [row] = await progress.run(database.query, {});
      if (row === undefined) throw new Error('a statement without tables has a row');
      return { asOf: replicaAsOf() ?? row.as_of, rolledUpUntil: row.until };
    },
    sums: (query) => readSums(database, query),
    adoption: (at) => readAdoption(database, at),
    changesPerModel: (slices) => readChangesPerModel(database, slices),
    moodDurations: (slices, byEnd) => readMoodDurations(database, slices, byEnd),
    replyLateness: (slices) => readReplyLateness(database, slices),
    moodsNow: () => readMoodsNow(database),
    top: (query) => readTop(database, query),
    repliesOf: (modelId, period) => readRepliesOf(database, modelId, period),
    templateUses: (period) => readTemplateUses(database, period),
    auditState: (since) => readAuditState(database, since),
  };
}
