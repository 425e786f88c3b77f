import { execFile } from 'node:child_process';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { bundleClient } from './bundle.ts';
import { declareClient } from './declarations.ts';
import { foreignDependencies, libs, readManifest } from './manifests.ts';

const run = promisify(execFile);

/**
 * Builds the package that the message service installs and packs it into a tarball. In this repository the client runs from its
 * source, so the package has a manifest of its own.
 * @returns the path of the tarball.
 */
async function packClient(folder: string): Promise<string> {
  const staged = path.join(folder, 'client');
  await rm(staged, { recursive: true, force: true });
  await mkdir(staged, { recursive: true });
  const foreign = foreignDependencies('client');
  const needed = await bundleClient(path.join(staged, 'index.js'), [...foreign.keys()]);
  await declareClient(staged);
  await copyFile(path.join(libs, 'client/README.md'), path.join(staged, 'README.md'));

  const { name, version, description, license, engines } = readManifest('client');
  const manifest = {
    name,
    version,
    description,
    license,
    type: 'module',
    engines,
    exports: { '.': { types: './index.d.ts', default: './index.js' }, './package.json': './package.json' },
    types: './index.d.ts',
    files: ['*.js', '*.d.ts'],
    dependencies: Object.fromEntries(needed.sort().map((dependency) => [dependency, foreign.get(dependency)])),
  };
  await writeFile(path.join(staged, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: staged });
  return path.join(folder, stdout.trim());
}

const folder = path.resolve(process.argv[2] ?? path.join(libs, '../dist'));
process.stdout.write(`${await packClient(folder)}\n`);
