import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { quickTests } from '../run/quick-tests.ts';
import { createRunFolder } from '../run/run-folder.ts';
import { copyCheckout } from './checkout-copy.ts';
import { runDomainMutants } from './domain-mutants.ts';
import type { PlantedFault } from './planted-fault.ts';
import { plantedFaults } from './planted-faults/index.ts';
import { runPlantedFaults, wantedShare } from './run-planted-faults.ts';

const help = `Plants small faults in a copy of this checkout, one at a time, and runs the tests that have to notice them. Takes an hour or more.

  npm run mutation                     both parts
  npm run mutation -- planted          the list of tests/mutation/planted-faults: SQL, stores, queue, worker, cache, API, client, platform
  npm run mutation -- planted --only WORDS   those whose name, file or kind holds the words; may be given more than once
  npm run mutation -- planted --list   what is in the list
  npm run mutation -- domain           StrykerJS on libs/domain: its own mutants
  npm run mutation -- domain --only PATH     in these files alone (a glob below libs/domain/src)
  npm run mutation -- domain --incremental FILE   keeps results there, and goes by them the next time
  --verbose                            shows what the test runs say

The exit code is 0 when enough was noticed (${wantedShare * 100} % of the list, 85 % of the mutants of the domain), 1 when not, 2 for arguments that it
does not know. Ctrl-C leaves nothing behind.`;

function fail(message: string): never {
  console.error(`${message} --help says what there is.`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        only: { type: 'string', multiple: true },
        list: { type: 'boolean' },
        incremental: { type: 'string' },
        verbose: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const { values, positionals } = readArguments();
if (values.help === true) {
  console.log(help);
  process.exit(0);
}
const parts = new Set(['planted', 'domain']);
const unknown = positionals.find((part) => !parts.has(part));
if (unknown !== undefined) fail(`There is no part "${unknown}".`);
const wanted = (part: string) => positionals.length === 0 || positionals.includes(part);

const isChosen = ({ name, file, kind }: PlantedFault) =>
  values.only === undefined || values.only.some((words) => [name, file, kind].some((text) => text.includes(words)));
const faults = plantedFaults.filter(isChosen);
if (values.list === true) {
  for (const { name, file, kind } of faults) console.log(`${name}  (${kind}, ${file})`);
  process.exit(0);
}
if (wanted('planted') && faults.length === 0) fail('No planted fault was chosen.');

const stopped = new AbortController();
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.on(signal, () => {
    process.exitCode = code;
    stopped.abort(new Error('stopped'));
  });
}

const folder = await createRunFolder();
const checkout = path.join(folder.path, 'checkout');
const env = { ...process.env, TMPDIR: folder.temporary, TEST_LOG_FOLDER: folder.logs };
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** @returns whether enough were noticed. */
async function runPlanted(): Promise<boolean> {
  const quick = new Set(quickTests());
  const run = {
    faults,
    quick,
    checkout,
    folder: folder.path,
    env,
    verbose: values.verbose === true,
    stop: stopped.signal,
    say: console.log,
  };
  const results = [...(await runPlantedFaults(run))];
  const noticed = results.filter(([, { verdict }]) => verdict === 'noticed').length;
  for (const [{ name, file, from, to }, { verdict, by }] of results.filter(([, one]) => one.verdict !== 'noticed')) {
    console.log(`\n${verdict}: ${name} in ${file}\n- ${from}\n+ ${to}${by === '' ? '' : `\n${by}`}`);
  }
  console.log(`\nplanted faults: ${noticed} of ${results.length} noticed, ${percent(noticed / results.length)}`);
  return noticed / results.length >= wantedShare;
}

try {
  await mkdir(folder.path, { recursive: true });
  await copyCheckout(checkout);
  const enough: boolean[] = [];
  if (wanted('planted')) enough.push(await runPlanted());
  if (wanted('domain')) {
    const { only, incremental } = values;
    enough.push(await runDomainMutants({ checkout, folder: folder.path, env, only, incremental, stop: stopped.signal }));
  }
  if (enough.includes(false)) process.exitCode = 1;
} catch (error) {
  if (!stopped.signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
} finally {
  await folder.remove();
}
