import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endServersBelow, isAlive } from './leftovers.ts';

export interface RunFolder {
  readonly path: string;
  /** Where tests put what they need for a while: whatever they leave there goes with the run. */
  readonly temporary: string;
  /** Where the processes of the run leave what they write. */
  readonly logs: string;
  /** Ends every PostgreSQL in it first. */
  remove(): Promise<void>;
}

/** The number is the process id of the run. */
const folderName = /^mood-tests-(\d+)-/;

const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });

/** A folder of this test run's own. What runs left behind that were killed is removed first. */
export async function createRunFolder(): Promise<RunFolder> {
  await removeLeftovers();
  const folder = await mkdtemp(path.join(tmpdir(), `mood-tests-${process.pid}-`));
  const [temporary, logs] = [path.join(folder, 'tmp'), path.join(folder, 'logs')];
  for (const one of [temporary, logs]) await mkdir(one);
  // Servers that do not run as root have to reach what is theirs.
  for (const one of [folder, temporary]) await chmod(one, 0o711);
  return {
    path: folder,
    temporary,
    logs,
    async remove() {
      await endServersBelow(folder);
      await removeFolder(folder);
    },
  };
}

async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(folderName.exec(name)?.[1]);
    if (!(pid > 0) || isAlive(pid)) continue;
    const folder = path.join(tmpdir(), name);
    await endServersBelow(folder).catch(() => {});
    await removeFolder(folder).catch(() => {});
  }
}
