import { CheckpointError, databaseErrorKind, DatabaseUnfit, MasterKeyMissing, requireServer } from '@mood/db';
import type { Database } from '@mood/db';
import { DependencyUnavailable, DomainError } from '@mood/domain';
import { describeError, exitCodes, problemWithArguments } from '@mood/runtime';
import { databaseLocation } from './database-location.ts';
import type { LocationSettings } from './database-location.ts';
import { openDatabase } from './open-database.ts';
import { Problem, UsageProblem } from './problem.ts';

/** Runs a command, says what went wrong, and sets the exit code: 1 when it could not do its work, 2 when it was not understood. */
export async function runCommand(help: string, command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (error instanceof UsageProblem) {
      console.error(`${error.message}\n\n${help}`);
      process.exitCode = exitCodes.notUnderstood;
      return;
    }
    const known =
      error instanceof Problem || error instanceof CheckpointError || error instanceof MasterKeyMissing || error instanceof DatabaseUnfit;
    const refused = error instanceof DomainError && !(error instanceof DependencyUnavailable);
    if (known || refused) console.error(error.message);
    else if (databaseErrorKind(error) !== undefined) console.error(`The database says: ${describeError(error)}`);
    else if (error instanceof Error && error.name === 'AbortError') console.error('Stopped: nothing was done.');
    else console.error(`It did not work: ${describeError(error)}`);
    process.exitCode = exitCodes.failed;
  }
}

/**
 * Opens the database for one task.
 * @param options.onlyReads the task also works where the schema is damaged or the login may only read: the database as a whole is
 *   judged when the task has failed, not before it.
 */
export async function withDatabase<T>(
  settings: LocationSettings,
  task: (database: Database) => Promise<T>,
  { onlyReads = false } = {},
): Promise<T> {
  const database = openDatabase(await databaseLocation(settings), settings.connectTimeoutMs);
  try {
    await requireServer(database);
    if (!onlyReads) await requireFitness(database);
    return await task(database);
  } catch (error) {
    // "Migrate first" says more than the statement that was refused.
    if (onlyReads && error instanceof DependencyUnavailable) await requireFitness(database);
    throw error;
  } finally {
    await database.close();
  }
}

/** @throws DatabaseUnfit */
async function requireFitness(database: Database): Promise<void> {
  const { problem } = await database.inspect();
  if (problem !== undefined) throw new DatabaseUnfit(problem);
}

/** @throws UsageProblem with the words of the parser. */
export function understand<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageProblem(problemWithArguments(error));
  }
}
