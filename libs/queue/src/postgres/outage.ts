import { DatabaseError } from 'pg';

/**
 * Whether the database is away or overloaded, so that trying again can help. What PostgreSQL itself answers carries a SQLSTATE:
 * 08 connection, 53 resources, 57 shutdown or cancelled, 40 deadlock, 25006 the primary became a standby. What carries none comes
 * from the socket or from a timeout of ours.
 */
export function isPostgresOutage(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return true;
  return /^(08|53|57|40|25006)/.test(error.code ?? '');
}
