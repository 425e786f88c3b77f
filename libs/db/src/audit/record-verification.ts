import type { Database } from '../database.ts';
import { statement } from '../statement.ts';
import type { RowOf } from '../statement.ts';
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

const lastVerification = statement('last-audit-verification', {}, (db) =>
  db.selectFrom('audit_verifications').select(['verified_until', 'models', 'complete', 'rows']).orderBy('verified_until', 'desc').limit(1),
);

/** What the last verification of the whole log found; undefined: there was none. @throws DependencyUnavailable. */
export async function findLastVerification(database: Pick<Database, 'query'>): Promise<RowOf<typeof lastVerification> | undefined> {
  const [row] = await lastVerification.run(database.query, {});
  return row;
}

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
