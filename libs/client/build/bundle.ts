import path from 'node:path';
import { build } from 'esbuild';
import { libs } from './manifests.ts';

/**
 * Writes one ES module of the client and of what it uses of the other libs.
 * @param foreign the packages that stay outside.
 * @returns those of them that the module imports.
 * @throws Error when code of anybody else has come into it.
 */
export async function bundleClient(outfile: string, foreign: readonly string[]): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [path.join(libs, 'client/src/index.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
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
