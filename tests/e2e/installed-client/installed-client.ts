import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../../..');
const scripts = path.join(import.meta.dirname, 'message-service');

/** A message service in a folder of its own that has installed the packed client, as the real one does. */
export interface InstalledClient {
  /** The manifest of the installed package. */
  manifest(): Promise<Record<string, unknown>>;
  /** What lies in `node_modules` there. */
  packages(): Promise<string[]>;
  /** Installs what only reports over the queue need. */
  addQueue(): Promise<void>;
  /** Runs one of the scripts of `message-service` to its end. @param node ours when absent. @returns what it printed. @throws when it fails. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  run(script: (typeof scriptNames)[number], input: object, node?: string): Promise<any>;
  /** The module of the badge, as a page would load it. */
  badge(): Promise<string>;
  /** Type-checks `typed.ts` and a page there. @throws with what the compiler says. */
  typeCheck(): Promise<void>;
  remove(): Promise<void>;
}

const scriptNames = ['ask.js', 'report.js', 'tell.js', 'tell.cjs'] as const;
const typedNames = ['typed.ts', 'typed.cjs'];
const typedPages = ['page.ts'];

/** Packs the client and installs it; what it needs from elsewhere comes from npm's cache, or the registry. */
export async function installClient(): Promise<InstalledClient> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mood-message-service-'));
  const service = path.join(folder, 'service');
  await mkdir(service);
  const { stdout } = await exec(process.execPath, [path.join(root, 'libs/client/build/pack.ts'), folder]);
  await writeFile(path.join(service, 'package.json'), JSON.stringify({ name: 'message-service', private: true, type: 'module' }));
  const quietly = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await exec('npm', ['install', ...quietly, stdout.trim()], { cwd: service });
  for (const script of [...scriptNames, ...typedNames, ...typedPages])
    await copyFile(path.join(scripts, script), path.join(service, script));
  await writeFile(path.join(service, 'tsconfig.json'), JSON.stringify(compilerSettings));
  const { compilerOptions } = compilerSettings;
  const ofPages = { compilerOptions: { ...compilerOptions, lib: ['es2022', 'dom'] }, files: typedPages };
  await writeFile(path.join(service, 'tsconfig.page.json'), JSON.stringify(ofPages));

  return {
    manifest: async () => JSON.parse(await readFile(path.join(service, 'node_modules/@mood/client/package.json'), 'utf8')),
    badge: () => readFile(path.join(service, 'node_modules/@mood/client/badge/badge.js'), 'utf8'),
    packages: () => readdir(path.join(service, 'node_modules')),
    async addQueue() {
      const { peerDependencies } = JSON.parse(await readFile(path.join(service, 'node_modules/@mood/client/package.json'), 'utf8'));
      await exec('npm', ['install', ...quietly, ...Object.entries(peerDependencies).map(([name, range]) => `${name}@${String(range)}`)], {
        cwd: service,
      });
    },
    async run(script, input, node = process.execPath) {
      const { stdout: printed } = await exec(node, [script, JSON.stringify(input)], { cwd: service, timeout: 30_000 });
      return JSON.parse(printed);
    },
    async typeCheck() {
      const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
      for (const config of ['tsconfig.json', 'tsconfig.page.json']) {
        await exec(process.execPath, [tsc, '-p', path.join(service, config)]).catch((error: unknown) => {
          throw new Error(typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : String(error));
        });
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** As strict as can be, and nothing at hand but the language: the package has to bring its types. */
const compilerSettings = {
  compilerOptions: {
    target: 'es2022',
    lib: ['es2022'],
    types: [],
    module: 'nodenext',
    allowJs: true,
    checkJs: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  },
  files: typedNames,
};
