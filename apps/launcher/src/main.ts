import { EmbeddedPostgresError } from '@mood/embedded-postgres';
import { exitOnBadSettings, readCommandLine, endsWithin, describeError } from '@mood/runtime';
import { LaunchError } from './launch-error.ts';
import { createSystem } from './run-system.ts';
import { helpText, launcherSettings } from './settings.ts';

/** npm forwards the signal that the terminal has sent already: a second one within this time is the same Ctrl-C. */
const sameSignalMs = 1_000;
/** Time limit for the second Ctrl-C, in milliseconds. */
const forceMs = 3_000;

readCommandLine(helpText(), {});
const system = createSystem(exitOnBadSettings(launcherSettings), (line) => {
  console.log(`  ${line}`);
});

let firstSignalAt: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void onSignal());
// The process that started the launcher is gone, so the launcher stops, too.
process.on('disconnect', () => void onSignal());
// Output errors are ignored: a closed terminal must not prevent the stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  console.log('Starting the mood messaging system. Ctrl-C stops it.');
  const firstSteps = await Promise.race([system.start(), system.unexpectedExit]);
  // A process that started the launcher reads the addresses from the run file instead.
  if (process.send === undefined) console.log(`\nReady in ${(performance.now() / 1000).toFixed(1)} s.\n${firstSteps}`);
  else process.send({ type: 'ready' });
  await system.unexpectedExit;
} catch (error) {
  if (firstSignalAt === undefined) await fail(error);
}

/** First signal: stop in order. Second one: stop immediately. */
async function onSignal(): Promise<void> {
  const now = performance.now();
  if (firstSignalAt === undefined) {
    firstSignalAt = now;
    console.log('\nStopping …');
    try {
      await system.stop();
      console.log('Stopped.');
      process.exit(0);
    } catch (error) {
      await fail(error);
    }
  } else if (now - firstSignalAt > sameSignalMs) {
    console.log('Stopping at once.');
    await endsWithin(forceMs, system.kill()).catch(() => {});
    process.exit(130);
  }
}

async function fail(reason: unknown): Promise<never> {
  const expected = reason instanceof LaunchError || reason instanceof EmbeddedPostgresError;
  console.error(`\n${expected ? reason.message : explainUnexpected(reason)}`);
  try {
    await system.stop();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  process.exit(1);
}

/** File system errors name the file, so they get advice; other errors do not. */
function explainUnexpected(reason: unknown): string {
  const isAboutFiles = reason instanceof Error && 'path' in reason;
  return `The system could not be started: ${describeError(reason)}.${isAboutFiles ? ' Make that place writable, or set DATA_DIR to another folder.' : ''}`;
}
