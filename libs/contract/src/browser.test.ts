import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';

test('the whole contract can be bundled for a browser, out of the domain’s words and zod alone', async () => {
  const entryPoints = readdirSync(import.meta.dirname)
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => path.join(import.meta.dirname, file));
  const { metafile } = await build({
    entryPoints,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    metafile: true,
    write: false,
    outdir: 'dist',
  });
  const packages = Object.keys(metafile.inputs).map((input) => /(?:node_modules\/|libs\/)([\w-]+)\//.exec(input)?.[1]);
  expect(new Set(packages)).toEqual(new Set(['contract', 'domain', 'zod']));
  expect(metafile.inputs).not.toHaveProperty(['libs/domain/src/index.ts']);
});
