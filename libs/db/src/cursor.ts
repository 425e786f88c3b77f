import { DomainError } from '@mood/domain';

/** A place in a list that is ordered by a time and an id. JavaScript's dates end at milliseconds: the time is in microseconds. */
export interface Place {
  micros: string;
  id: string;
}

/** As callers get it: they hand it back, and need not know what is in it. */
export function writeCursor({ micros, id }: Place): string {
  return Buffer.from(`${micros} ${id}`).toString('base64url');
}

/** @throws DomainError INVALID_REQUEST when `writeCursor` did not write it. */
export function readCursor(cursor: string): Place {
  const read = /^(\d{1,17}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  const [, micros, id] = read ?? [];
  if (micros !== undefined && id !== undefined) return { micros, id };
  throw new DomainError('INVALID_REQUEST', 'cursor: expected the nextCursor of the page before.');
}
