import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readCommandLine } from '@mood/runtime';
import { compose } from '../deployment/compose-file.ts';
import { namedImages, provideBaseImages } from './base-images.ts';
import type { Check, Context } from './check.ts';
import { checks } from './checks.ts';
import { allowCommands, endCommands } from './command.ts';
import { createDeployment } from './deployment.ts';
import type { Deployment } from './deployment.ts';
import { findEngine, requireRoot } from './engine.ts';
import type { Engine } from './engine.ts';
import { createPeople } from './people.ts';

const help = `npm run test:containers: brings the system of docker-compose.yml up in containers, and does to it what operators and accidents do.

It works on a copy of this checkout, with secrets, ports and a network of its own, and takes away what it made, also after Ctrl-C. It takes
about ten minutes, as root on Linux. An engine that answers is used; root on Debian gets one for the run, and stand-ins of the images of PostgreSQL,
Redis, HAProxy and Node.js where no registry of images can be reached. The exit code is 1 when anything is not as it should be.

  --folder PATH   keep the engine, its images and the copy there, so that the next run is quicker (default: a new folder, removed after)
  --only A,B      only the checks whose name holds one of these words
  --keep          leave the system running when a check fails, until Ctrl-C
  --list          name the checks`;

const commandLine = {
  options: {
    folder: { type: 'string' },
    only: { type: 'string' },
    keep: { type: 'boolean' },
    list: { type: 'boolean' },
  },
} as const;
readCommandLine(help, commandLine);
const { values } = parseArgs(commandLine);
const wanted = (values.only ?? '').split(',');
const chosen: readonly Check[] = checks.filter(({ name }) => wanted.some((words) => name.includes(words)));
if (values.list === true) {
  console.log(checks.map(({ name }) => name).join('\n'));
  process.exit(0);
}

const began = performance.now();
const say = (line: string) => console.log(`${String(Math.round((performance.now() - began) / 1_000)).padStart(4)} s  ${line}`);
const stopped = new AbortController();
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.on(signal, () => {
    if (stopped.signal.aborted) return;
    process.exitCode = code;
    stopped.abort();
    endCommands();
  });
}

/** @returns the names of those that failed. */
async function runChecks(context: Context): Promise<string[]> {
  const failed: string[] = [];
  for (const check of chosen) {
    stopped.signal.throwIfAborted();
    say(`… ${check.name}`);
    try {
      say(`✓ ${check.name}: ${await check.run(context)}`);
    } catch (error) {
      stopped.signal.throwIfAborted();
      say(`✗ ${check.name}: ${error instanceof Error ? error.message : String(error)}`);
      failed.push(check.name);
      // The next one is to find a system that is well.
      await context.system.compose(['up', '--detach', '--wait']).catch(() => {});
    }
  }
  return failed;
}

async function untilStopped(): Promise<void> {
  say(`it is left as it is, in ${folder}: Ctrl-C ends it`);
  const alive = setInterval(() => {}, 60_000);
  await new Promise((resolve) => {
    stopped.signal.addEventListener('abort', resolve, { once: true });
  });
  clearInterval(alive);
}

const folder = path.resolve(values.folder ?? (await mkdtemp(path.join(tmpdir(), 'mood-containers-'))));
await mkdir(folder, { recursive: true });
let engine: Engine | undefined;
let system: Deployment | undefined;
try {
  requireRoot();
  engine = await findEngine(folder, say);
  say(`engine ${engine.version}${engine.isOwn ? ', made for this run' : ''}`);
  const standIns = await provideBaseImages(engine, await namedImages(compose.services), folder, say);
  if (standIns.length > 0) say(`on packages of Debian instead of their own images: ${standIns.join(', ')}`);
  system = await createDeployment(engine, path.join(folder, 'checkout'), 'mood-test', '172.30.243');
  say('… docker compose up --build --wait');
  await system.compose(['up', '--build', '--wait']);
  say('✓ docker compose up --build --wait');
  const people = await createPeople(system.url, system.platformUrl);
  const failed = await runChecks({ system, people, folder, say });
  say(
    failed.length === 0 ? `${chosen.length} checks, all well` : `${failed.length} of ${chosen.length} checks failed: ${failed.join('; ')}`,
  );
  if (failed.length > 0) {
    process.exitCode = 1;
    if (values.keep === true) await untilStopped();
  }
} catch (error) {
  if (!stopped.signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
    if (values.keep === true) await untilStopped();
  }
} finally {
  allowCommands();
  say('taking away what was made');
  await system?.remove().catch((error: unknown) => console.error(error));
  await engine?.stop();
  if (values.folder === undefined) await rm(folder, { recursive: true, force: true });
}
