import type { Database } from '../database.ts';
import { statement } from '../statement.ts';
import type { AuditVerification } from './verify-log.ts';

const insertVerification = statement(
  'record-audit-verification',
  { verifiedUntil: 'timestamptz', models: 'bigint', complete: 'bigint', rows: 'bigint' },
  (db, { verifiedUntil, models, complete, rows }) =>
    db.insertInto('audit_verifications').values({
      verified_until: verifiedUntil,
      models: models.$castTo<number>(),
      complete: complete.$castTo<number>(),
      rows: rows.$castTo<number>(),
    }),
);

/**
 * Keeps what a verification of the whole log found, for the metric `audit_complete`.
 * @throws DependencyUnavailable, also where the login may not write.
 */
export async function recordVerification(
  database: Pick<Database, 'query'>,
  { startedAt, complete, incomplete, rows }: AuditVerification,
): Promise<void> {
  await insertVerification.run(database.query, { verifiedUntil: startedAt, models: complete + incomplete, complete, rows });
}
