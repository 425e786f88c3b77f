import { pathToFileURL } from 'node:url';
import type { CommandRun, Ended } from './commands.ts';

/** Thrown where a process of its own would have ended. */
class Exit extends Error {}

const streams = [
  ['out', process.stdout],
  ['err', process.stderr],
] as const;
let runs = 0;

/** Runs an entry file as if it had the process to itself: it is evaluated anew, what it imports is not. */
async function runCommand({ entry, args, env }: CommandRun): Promise<Ended> {
  const written = { out: '', err: '' };
  let exit: number | undefined;
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.execPath, entry, ...args];
  Reflect.set(process, 'exitCode', undefined);
  Reflect.set(process, 'exit', (code?: number) => {
    // Whoever catches what is thrown here has ended all the same.
    exit ??= code ?? Number(process.exitCode ?? 0);
    throw new Exit(`ended with ${exit}`);
  });
  for (const [name, stream] of streams) {
    Reflect.set(stream, 'write', (chunk: string | Uint8Array, ...more: unknown[]) => {
      if (exit === undefined) written[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      const whenDone = more.at(-1);
      if (typeof whenDone === 'function') process.nextTick(whenDone);
      return true;
    });
  }
  try {
    runs += 1;
    await import(`${pathToFileURL(entry).href}?run=${runs}`);
  } catch (error) {
    if (exit === undefined) {
      written.err += `${error instanceof Error ? error.stack : String(error)}\n`;
      exit = 1;
    }
  }
  return { code: exit ?? Number(process.exitCode ?? 0), ...written };
}

process.on('message', (run: CommandRun) => {
  void runCommand(run).then((ended) => process.send?.(ended));
});
