import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEmbeddedPostgres } from '@mood/embedded-postgres';
import type { EmbeddedPostgres } from '@mood/embedded-postgres';

export interface TestServer {
  readonly postgres: EmbeddedPostgres;
  /** For whatever else the run has to keep. */
  readonly folder: string;
  /** Stops the server and removes the folder. */
  remove(): Promise<void>;
}

/** The number is the process id of the run. */
const folderName = /^mood-tests-(\d+)-/;

/** Nothing of it has to survive: without waiting for the disk the tests take half the time. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '500' };

const serverIn = (folder: string) => createEmbeddedPostgres({ dataDir: path.join(folder, 'postgres'), settings });
const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });

/** A PostgreSQL of this test run's own, not yet started. What runs left behind that were killed is removed first. */
export async function createTestServer(): Promise<TestServer> {
  await removeLeftovers();
  const folder = await mkdtemp(path.join(tmpdir(), `mood-tests-${process.pid}-`));
  const postgres = serverIn(folder);
  return {
    postgres,
    folder,
    async remove() {
      await postgres.stop('immediate');
      await removeFolder(folder);
    },
  };
}

async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(folderName.exec(name)?.[1]);
    if (!(pid > 0) || isAlive(pid)) continue;
    const folder = path.join(tmpdir(), name);
    const left = serverIn(folder);
    // To start is to heal: it stops the server that was left, and is the only one to do so.
    await left.start().catch(() => {});
    await left.stop('immediate').catch(() => {});
    await removeFolder(folder).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
