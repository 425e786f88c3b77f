import { readRunFile } from '@mood/runtime';
import { Problem } from './problem.ts';

export interface LocationSettings {
  databaseUrl: string | undefined;
  connectTimeoutMs: number;
  dataDir: string;
}

/** The database that is named, else that of the system which runs on this machine. */
export async function databaseLocation(settings: LocationSettings): Promise<string> {
  if (settings.databaseUrl !== undefined) return settings.databaseUrl;
  const run = await readRunFile(settings.dataDir);
  if (run !== undefined) return run.databaseUrl;
  throw new Problem('There is no database to work on: start the system with "npm start", or set DATABASE_URL.');
}
