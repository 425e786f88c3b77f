import { EmbeddedPostgresError } from '@mood/embedded-postgres';
import { exitOnBadSettings, readCommandLine, readRunFile, describeError } from '@mood/runtime';
import { castPeople } from './demo/cast.ts';
import { createStory, PromiseBroken } from './demo/story.ts';
import { tellUseCase1 } from './demo/use-case-1.ts';
import { tellUseCase2 } from './demo/use-case-2.ts';
import { tellUseCase3 } from './demo/use-case-3.ts';
import { tellUseCase4 } from './demo/use-case-4.ts';
import { LaunchError } from './launcher/launch-error.ts';
import { createSystem } from './launcher/run-system.ts';
import type { System } from './launcher/run-system.ts';
import { launcherSettings } from './launcher/settings.ts';

const help = `npm run demo: plays the four use cases of the contract on the running system, with short delays, and tells what happens.

It uses the system of "npm start" when that runs (found by DATA_DIR, default .data), and starts one for itself when not.
It takes about 10 seconds. The exit code is 1 when anything that should happen did not, 2 when the command line was not understood.`;

/** The running system, or one of our own on free ports. */
async function findSystem(write: (line: string) => void) {
  const settings = exitOnBadSettings(launcherSettings);
  const running = await readRunFile(settings.dataDir);
  if (running !== undefined) {
    write(`Using the system that runs at ${running.apiUrl}.`);
    return { run: running, own: undefined };
  }
  write('No system is running: starting one for the demo.');
  const own = createSystem({ ...settings, port: 0, sandboxPort: 0, metricsPort: 0, workerMetricsPort: 0 }, (line) => write(`  ${line}`));
  stopOnSignal(own);
  try {
    await Promise.race([own.start(), own.unexpectedExit]);
  } catch (error) {
    await own.stop();
    throw error;
  }
  const run = await readRunFile(settings.dataDir);
  if (run === undefined) throw new LaunchError('The system started and left no note of where it is.');
  return { run, own };
}

/** Ctrl-C in the middle of the story leaves nothing running. */
function stopOnSignal(system: System): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      void system.stop().finally(() => process.exit(130));
    });
  }
}

async function main(): Promise<number> {
  readCommandLine(help, {});
  const write = (line: string) => console.log(line);
  const { run, own } = await findSystem(write);
  const story = createStory(write);
  try {
    await tellUseCase1(story, await castPeople(run));
    await tellUseCase2(story, await castPeople(run));
    await tellUseCase3(story, await castPeople(run));
    await tellUseCase4(story, await castPeople(run));
    write('\nEverything happened as it should.');
    return 0;
  } finally {
    await own?.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof PromiseBroken || error instanceof LaunchError || error instanceof EmbeddedPostgresError;
  console.error(`\n✗ ${known ? error.message : `It did not work: ${describeError(error)}`}`);
  process.exitCode = 1;
}
