import { stat } from 'node:fs/promises';
import { findBinaries } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { runProgram } from './run-program.ts';
import type { Outcome } from './run-program.ts';

export interface Owner {
  uid: number;
  gid: number;
}

/** PostgreSQL's programs, run as a user that they accept. */
export interface Programs {
  initdb(args: readonly string[]): Promise<Outcome>;
  pgCtl(args: readonly string[]): Promise<Outcome>;
  /** The server in single-user mode, for one session on standard input. */
  single(args: readonly string[], input: string): Promise<Outcome>;
  /** The user who has to own the data directory, if not the user of this process. */
  owner: Owner | null;
}

type Run = (file: string, args: readonly string[], input?: string) => Promise<Outcome>;

async function idOf(flag: '-u' | '-g'): Promise<number> {
  const { code, said } = await runProgram('id', [flag, 'nobody']).catch(() => ({ code: -1, said: '' }));
  return code === 0 ? Number(said) : 65_534;
}

/** The owner of the data directory, unless that is root; `nobody` for a new one. */
async function ownerFor(dataDir: string): Promise<Owner> {
  const found = await stat(dataDir).catch(() => undefined);
  if (found !== undefined && found.uid !== 0) return { uid: found.uid, gid: found.gid };
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}

/**
 * PostgreSQL refuses to run as root, so it runs as another user then; nothing is changed on the machine. If that user may not enter the
 * folders above, it gets the capability to pass through them with `setpriv` (util-linux), where that works.
 */
async function runAs(owner: Owner, postgres: string, root: string): Promise<Run> {
  const plain: Run = (file, args, input = '') => runProgram(file, args, { ...owner, input });
  const passing: Run = (file, args, input = '') =>
    runProgram(
      'setpriv',
      [
        `--reuid=${owner.uid}`,
        `--regid=${owner.gid}`,
        '--clear-groups',
        '--inh-caps=+dac_read_search',
        '--ambient-caps=+dac_read_search',
        '--securebits=+no_setuid_fixup',
        file,
        ...args,
      ],
      { input },
    );
  for (const run of [plain, passing]) {
    const reaches = await run('/bin/sh', ['-c', 'cd "$0" && "$1" --version', root, postgres]).catch(() => undefined);
    if (reaches?.code === 0) return run;
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root, and the user ${owner.uid} that it would run as cannot enter ${root} and the folder of this project. ` +
      'Start it as an ordinary user, move the project to a folder that is open to everybody, or set DATABASE_URL to a PostgreSQL 18.',
  );
}

/** @param place `root` exists; `dataDir` may be missing. */
export async function findPrograms({ root, dataDir }: { root: string; dataDir: string }): Promise<Programs> {
  const { initdb, pgCtl, postgres } = findBinaries();
  const owner = process.getuid?.() === 0 ? await ownerFor(dataDir) : null;
  const run: Run = owner === null ? (file, args, input = '') => runProgram(file, args, { input }) : await runAs(owner, postgres, root);
  return {
    initdb: (args) => run(initdb, args),
    pgCtl: (args) => run(pgCtl, args),
    single: (args, input) => run(postgres, ['--single', ...args], input),
    owner,
  };
}
