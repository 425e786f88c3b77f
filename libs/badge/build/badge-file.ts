import { readFile } from 'node:fs/promises';
import path from 'node:path';

const folder = path.resolve(import.meta.dirname, '..');
/** Written by `npm run build -w libs/badge`, for images: they have no packages for building. */
export const builtFile = path.join(folder, 'dist/badge.js');

/** The badge as one module for browsers, minified. @throws Error when it was not built and cannot be. */
export async function buildBadge(): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [path.join(folder, 'src/badge.ts')],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('the badge has no file');
  return file.text;
}

/** As it was built; in a checkout, as it is now. */
export async function readBadge(): Promise<string> {
  try {
    return await readFile(builtFile, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    return buildBadge();
  }
}
