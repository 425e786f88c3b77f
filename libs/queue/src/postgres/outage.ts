import { isOutageAnswer } from '@mood/postgres';
import { DatabaseError } from 'pg';

/**
 * Whether the database is away, refuses us or is overloaded, so that trying again can help. What PostgreSQL itself answers carries a
 * SQLSTATE: besides those of an outage, 57014 cancelled, 40 deadlock, 25006 the primary became a standby. What carries none comes from
 * the socket or from a timeout of ours.
 */
export function isPostgresOutage(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return true;
  return isOutageAnswer(error) || /^(57|40|25006)/.test(error.code ?? '');
}
