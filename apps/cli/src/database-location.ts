import { readRunFile } from '@mood/runtime';
import { FileProblem } from './templates/file-problem.ts';

/** The database that is named, else that of the system which runs on this machine. */
export async function databaseLocation(settings: { databaseUrl: string | undefined; dataDir: string }): Promise<string> {
  if (settings.databaseUrl !== undefined) return settings.databaseUrl;
  const run = await readRunFile(settings.dataDir);
  if (run !== undefined) return run.databaseUrl;
  throw new FileProblem('There is no database to work on: start the system with "npm start", or set DATABASE_URL.');
}
