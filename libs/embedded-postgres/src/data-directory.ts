import { randomBytes } from 'node:crypto';
import { chmod, chown, lchown, lstat, mkdir, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '@mood/runtime';
import writeFileAtomic from 'write-file-atomic';
import { EmbeddedPostgresError, explainFileError, explainServer } from './errors.ts';
import type { Owner, Programs } from './programs.ts';

const majorVersion = '18';
/** Space that a new database and its first write-ahead log need. */
const neededBytes = 120_000_000;

export const user = 'mood';

/** The files of one database, all below `root`. */
export interface Place {
  root: string;
  dataDir: string;
  passwordFile: string;
  logFile: string;
}

export function placeIn(folder: string): Place {
  const root = path.resolve(folder);
  const dataDir = path.join(root, 'data');
  return { root, dataDir, passwordFile: path.join(root, 'password'), logFile: path.join(dataDir, 'server.log') };
}

/** The password of the database: random, made once, readable by its owner only. */
export async function keepPassword({ passwordFile }: Place): Promise<string> {
  const known = (await readFile(passwordFile, 'utf8').catch(ifMissing(''))).trim();
  if (known !== '') return known;
  const fresh = randomBytes(24).toString('hex');
  await writeFileAtomic(passwordFile, `${fresh}\n`, { mode: 0o600 });
  return fresh;
}

/** Checks that this PostgreSQL can run on the data directory, and creates it if needed. @returns whether it was created. */
export async function prepareDataDirectory(
  place: Place,
  programs: Programs,
  password: string,
  onProgress: (step: string) => void,
): Promise<boolean> {
  const version = await readVersion(place.dataDir);
  if (version === undefined) {
    onProgress('initialising the database (first start)');
    await initialise(place, programs, password);
    return true;
  }
  if (version !== majorVersion) {
    throw new EmbeddedPostgresError(
      `${place.dataDir} was made by PostgreSQL ${version}, and this is ${majorVersion}. Move it away, or set DATA_DIR to another directory.`,
    );
  }
  await restoreOwnership(place.dataDir, programs.owner);
  return false;
}

async function readVersion(dataDir: string): Promise<string | undefined> {
  const version = await readFile(path.join(dataDir, 'PG_VERSION'), 'utf8').catch(ifMissing(undefined));
  if (version !== undefined) return version.trim();
  const content = await readdir(dataDir).catch(ifMissing([]));
  if (content.length === 0) return undefined;
  throw new EmbeddedPostgresError(
    `${dataDir} holds files, but no PostgreSQL database. Move it away, or set DATA_DIR to another directory.`,
  );
}

/** Initialises in a draft folder and renames it, so that an interrupted start leaves no half-made database. */
async function initialise(place: Place, programs: Programs, password: string): Promise<void> {
  const draft = path.join(place.root, 'data.new');
  const secretFile = path.join(place.root, 'data.secret');
  // An initdb of an earlier run may still be writing.
  await rm(draft, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  const { bavail, bsize } = await statfs(place.root);
  if (bavail * bsize < neededBytes) throw explainFileError(place.root, Object.assign(new Error('too little space'), { code: 'ENOSPC' }));
  await mkdir(draft, { mode: 0o700 });
  await writeFile(secretFile, password, { mode: 0o600 });
  try {
    if (programs.owner !== null) {
      await chown(draft, programs.owner.uid, programs.owner.gid);
      await chown(secretFile, programs.owner.uid, programs.owner.gid);
    }
    const { code, said } = await programs.initdb([
      `--pgdata=${draft}`,
      `--username=${user}`,
      '--auth=scram-sha-256',
      `--pwfile=${secretFile}`,
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      // Locale C, because it is on every machine, and the others differ.
      '--locale=C',
    ]);
    if (code !== 0) throw explainServer(said, place);
    await rename(draft, place.dataDir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(secretFile, { force: true });
  }
}

/** Restores the owner and mode that PostgreSQL insists on: copying the folder may have changed them. */
async function restoreOwnership(dataDir: string, owner: Owner | null): Promise<void> {
  const { uid } = await lstat(dataDir);
  if (owner === null && process.getuid !== undefined && uid !== process.getuid()) {
    throw new EmbeddedPostgresError(
      `${dataDir} belongs to another user (uid ${uid}). Start as that user, give the folder to this one, or set DATA_DIR to another directory.`,
    );
  }
  if (owner !== null && uid !== owner.uid) {
    for (const entry of await readdir(dataDir, { recursive: true })) await lchown(path.join(dataDir, entry), owner.uid, owner.gid);
    await chown(dataDir, owner.uid, owner.gid);
  }
  await chmod(dataDir, 0o700);
}

export function ifMissing<T>(fallback: T): (error: unknown) => T {
  return (error) => {
    if (errorCode(error) === 'ENOENT') return fallback;
    throw error;
  };
}
