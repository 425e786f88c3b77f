import path from 'node:path';
import { build } from 'esbuild';
import { libs } from './manifests.ts';

export type ModuleFormat = 'esm' | 'cjs';

/**
 * Writes one module of an entry of the client and of what it uses of the other libs.
 * @param source below `libs/client/src`.
 * @param foreign the packages that stay outside.
 * @returns those of them that the module imports.
 * @throws Error when code of anybody else has come into it.
 */
export async function bundleEntry(source: string, outfile: string, format: ModuleFormat, foreign: readonly string[]): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [path.join(libs, 'client/src', source)],
    outfile,
    bundle: true,
    format,
    platform: 'node',
    target: 'node20',
    external: [...foreign],
    legalComments: 'none',
    metafile: true,
    absWorkingDir: path.dirname(libs),
    logLevel: 'silent',
  });
  const strangers = Object.keys(metafile.inputs).filter((input) => !input.startsWith('libs/'));
  if (strangers.length > 0) throw new Error(`code from elsewhere would be packed: ${strangers.join(', ')}`);
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map((imported) => imported.path));
  return foreign.filter((name) => imports.some((imported) => imported === name || imported.startsWith(`${name}/`)));
}
