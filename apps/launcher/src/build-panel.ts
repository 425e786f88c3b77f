import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describeError } from '@mood/runtime';

/** What the panel is made of; its packages are those of the lock file. */
const sources = ['src', 'public', 'index.html', 'package.json', 'vite.config.ts', '../../package-lock.json'];

/** Vite, where npm puts it. */
const builders = ['node_modules', '../../node_modules'].map((place) => path.join(place, 'vite/bin/vite.js'));

/** When the newest of these files and folders was changed, in milliseconds; 0 when there are none. */
async function changedAt(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = await Promise.all((await readdir(file)).map((name) => changedAt(path.join(file, name))));
  return Math.max(0, ...inside);
}

/**
 * Builds the panel when its sources are newer than its files, which takes a second or two. A build that fails is said, and keeps nothing
 * else from starting: the API answers without a panel, too.
 * @param folder apps/panel
 * @param signal ends a build that is under way
 */
export async function buildPanel(folder: string, say: (line: string) => void, signal?: AbortSignal): Promise<void> {
  const built = path.join(folder, 'dist');
  const [newest, builtAt] = await Promise.all([
    Promise.all(sources.map((name) => changedAt(path.join(folder, name)))),
    changedAt(path.join(built, 'index.html')),
  ]);
  if (builtAt >= Math.max(...newest)) return;
  say('building the panel');
  // Beside the old files, which are replaced at once: an API that runs may read them meanwhile.
  const place = (name: string) => path.join(folder, 'node_modules', `.panel-${process.pid}-${name}`);
  const [draft, old] = [place('new'), place('old')];
  try {
    const vite = builders.map((builder) => path.join(folder, builder)).find((file) => existsSync(file));
    if (vite === undefined) throw new Error('Vite is not installed (npm install)');
    // Two launchers may build at once, each in a folder of its own. React is built as it ships, whatever the shell says.
    const args = [vite, 'build', '--bypass-lock', '--logLevel', 'warn', '--outDir', draft];
    await promisify(execFile)(process.execPath, args, { cwd: folder, env: { ...process.env, NODE_ENV: 'production' }, signal });
    await rename(built, old).catch(() => {});
    await rename(draft, built).catch(async (error: unknown) => {
      // Another launcher was quicker.
      if ((await changedAt(path.join(built, 'index.html'))) < Math.max(...newest)) throw error;
    });
  } catch (error) {
    if (signal?.aborted !== true)
      say(`the panel could not be built: ${describeError(error)}. Everything else works; npm run panel:build says more`);
  } finally {
    await Promise.all([draft, old].map((left) => rm(left, { recursive: true, force: true })));
  }
}
