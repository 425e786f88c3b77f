import { execFile } from 'node:child_process';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildBadge } from '@mood/badge/file';
import { describeError, exitCodes, readCommandLine } from '@mood/runtime';
import { bundleEntry } from './bundle.ts';
import { declareBadge, declareClient } from './declarations.ts';
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
  const needs = { index: new Set<string>(), queue: new Set<string>() };
  for (const entry of ['index', 'queue'] as const) {
    for (const [format, end] of [
      ['esm', 'js'],
      ['cjs', 'cjs'],
    ] as const) {
      const outfile = path.join(staged, `${entry}.${end}`);
      for (const name of await bundleEntry(`${entry}.ts`, outfile, format, [...foreign.keys()])) needs[entry].add(name);
    }
  }
  await declareClient(staged, ['index', 'queue']);
  const badge = path.join(staged, 'badge');
  await mkdir(badge);
  await writeFile(path.join(badge, 'badge.js'), await buildBadge());
  await declareBadge(badge);
  await copyFile(path.join(libs, 'client/README.md'), path.join(staged, 'README.md'));

  const { name, version, description, license, engines } = readManifest('client');
  const optional = [...needs.queue].filter((name) => !needs.index.has(name)).toSorted();
  const manifest = {
    name,
    version,
    description,
    license,
    type: 'module',
    engines,
    exports: {
      '.': entryPoint('index'),
      './queue': entryPoint('queue'),
      // For pages, so an ES module alone.
      './badge': { types: './badge/badge.d.ts', default: './badge/badge.js' },
      './package.json': './package.json',
    },
    main: './index.cjs',
    types: './index.d.ts',
    files: ['*.js', '*.cjs', '*.d.ts', '*.d.cts', 'badge'],
    // The badge defines its element when it is loaded.
    sideEffects: ['./badge/badge.js'],
    dependencies: Object.fromEntries([...needs.index].toSorted().map((name) => [name, foreign.get(name)])),
    // Only who imports the entry "queue" installs these.
    peerDependencies: Object.fromEntries(optional.map((name) => [name, `^${foreign.get(name)}`])),
    peerDependenciesMeta: Object.fromEntries(optional.map((name) => [name, { optional: true }])),
  };
  await writeFile(path.join(staged, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: staged });
  return path.join(folder, stdout.trim());
}

function entryPoint(name: string) {
  return {
    import: { types: `./${name}.d.ts`, default: `./${name}.js` },
    require: { types: `./${name}.d.cts`, default: `./${name}.cjs` },
  };
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
  process.stderr.write(`The client could not be packed into ${folder}: ${describeError(error)}\n`);
  process.exitCode = exitCodes.failed;
}
