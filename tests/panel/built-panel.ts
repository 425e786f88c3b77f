import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
const panel = path.join(root, 'apps/panel');

/** The panel of this checkout, built once in a run of tests. @returns the folder. */
export async function builtPanel(): Promise<string> {
  const folder = path.join(tmpdir(), `mood-panel-${process.ppid}`);
  if (existsSync(folder)) return folder;
  await mkdir(tmpdir(), { recursive: true });
  const made = await mkdtemp(`${folder}-`);
  const vite = path.join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--outDir', made, '--emptyOutDir', '--logLevel', 'error', '--bypass-lock'];
  // As it ships: Jest's own NODE_ENV would build React for development.
  await promisify(execFile)(process.execPath, args, { cwd: panel, env: { ...process.env, NODE_ENV: 'production' } });
  // Another test file may have been quicker.
  await rename(made, folder).catch(() => rm(made, { recursive: true, force: true }));
  return folder;
}
