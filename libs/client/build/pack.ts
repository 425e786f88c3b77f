import { execFile } from 'node:child_process';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { exitCodes, readCommandLine, wordsOf } from '@mood/runtime';
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

const help = `npm run client:pack: packs the client that the message service installs, and prints the path of the tarball.

  npm run client:pack -- [FOLDER]   where it is written (default dist/)

The exit code is 0 when it is packed, 1 when it could not be, 2 when the command line was not understood.`;

const { positionals } = readCommandLine(help, { allowPositionals: true });
if (positionals.length > 1) {
  process.stderr.write(`One folder at a time: "${positionals.slice(1).join(' ')}" is too much. --help says what there is.\n`);
  process.exit(exitCodes.notUnderstood);
}
const folder = path.resolve(positionals[0] ?? path.join(libs, '../dist'));
try {
  process.stdout.write(`${await packClient(folder)}\n`);
} catch (error) {
  process.stderr.write(`The client could not be packed into ${folder}: ${wordsOf(error)}\n`);
  process.exitCode = exitCodes.failed;
}
