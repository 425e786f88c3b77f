import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { readCommandLine } from '@mood/runtime';
import { benchAnalytics } from './analytics.ts';
import { benchDue } from './due.ts';
import { benchRead } from './read.ts';
import { benchHistory } from './history.ts';
import { benchIdle } from './idle.ts';
import { benchRender } from './render.ts';
import { benchPanel } from './panel.ts';
import { benchPipeline } from './pipeline.ts';
import { benchScale } from './scale.ts';
import { benchSize } from './size.ts';
import { bytesOf } from './size/data-set.ts';
import type { Bench } from './support/bench.ts';
import { figureList, table } from './support/report.ts';
import type { Figure, Row } from './support/report.ts';
import { benchStreams } from './streams.ts';
import { benchTemplate } from './template.ts';
import { benchUpdate } from './update.ts';
import { benchWorkers } from './workers.ts';

const benches: Readonly<Record<string, Bench>> = {
  read: benchRead,
  update: benchUpdate,
  template: benchTemplate,
  history: benchHistory,
  pipeline: benchPipeline,
  scale: benchScale,
  due: benchDue,
  render: benchRender,
  analytics: benchAnalytics,
  streams: benchStreams,
  panel: benchPanel,
  idle: benchIdle,
  workers: benchWorkers,
  size: benchSize,
};
/** Takes an hour and a disk: only when it is asked for. */
const onlyByName = new Set(['size']);

const defaultSize = { models: 1_000_000, rows: 20_000_000 };
const gigabytes = (size: typeof defaultSize) => Math.ceil(bytesOf({ ...size, templates: 0 }) / 1e9);

const help = `npm run bench: measures, and compares with a floor measured in the same run.

  npm run bench                    everything but ${[...onlyByName].join(', ')}
  npm run bench -- NAME …          some of it: ${Object.keys(benches).join(', ')}

  --seconds N    of one round (default 10)
  --rounds N     that count; the contenders take turns (default 3)
  --models N     that are seeded (default 20000; of "size" 1000000)
  --rows N       of the audit log of "size" (default 20000000, twenty for each model)
  --snapshot N   seconds for which "size" holds a snapshot, as a backup does (default 600)
  --soak N       seconds of the long run of "scale" (default 600)
  --backlog N    overdue replies of "scale" (default 100000)
  --due N        replies, and moods, that "due" has due at one moment (default 200000)
  --json FILE    where the figures are written (default bench-results.json)
  --cpu-prof DIR the API and the worker write a profile of their processor time there

"size" compares a large system with a small one. By default its data take ${gigabytes(defaultSize)} GB of disk (TMPDIR) until it is over, and half an hour to
write; with --models 20000 --rows 400000 they take ${gigabytes({ models: 20_000, rows: 400_000 })} GB and a minute. Ctrl-C removes everything.`;

const commandLine = {
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    models: { type: 'string' },
    rows: { type: 'string' },
    snapshot: { type: 'string', default: '600' },
    soak: { type: 'string', default: '600' },
    backlog: { type: 'string', default: '100000' },
    due: { type: 'string', default: '200000' },
    json: { type: 'string', default: 'bench-results.json' },
    'cpu-prof': { type: 'string' },
  },
} as const;
readCommandLine(help, commandLine);
const { values, positionals } = parseArgs(commandLine);
const counts = {
  seconds: Number(values.seconds),
  rounds: Number(values.rounds),
  models: Number(values.models ?? '20000'),
  soakSeconds: Number(values.soak),
  backlog: Number(values.backlog),
  due: Number(values.due),
};
const size = {
  models: Number(values.models ?? defaultSize.models),
  rows: Number(values.rows ?? (Number(values.models ?? defaultSize.models) * defaultSize.rows) / defaultSize.models),
  snapshotSeconds: Number(values.snapshot),
};
const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
const isCount = (value: number) => Number.isInteger(value) && value > 0;

if (unknown.length > 0 || ![...Object.values(counts), ...Object.values(size)].every(isCount)) {
  const problem =
    unknown.length > 0
      ? `There is no benchmark "${unknown.join('", "')}".`
      : 'Seconds, rounds, models, rows, soak, snapshot, backlog and due are whole numbers from 1 on.';
  console.error(`${problem}\n\n${help}`);
  process.exitCode = 2;
} else {
  await run(positionals.length === 0 ? Object.keys(benches).filter((name) => !onlyByName.has(name)) : positionals);
}

async function run(names: readonly string[]): Promise<void> {
  const machine = {
    cpu: os.cpus()[0]?.model,
    cores: os.cpus().length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
  };
  console.log(`${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, Node.js ${machine.node}`);
  const profile = values['cpu-prof'];
  const execArgv = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const rows: Row[] = [];
  const figures: Figure[] = [];
  for (const name of names) {
    const began = performance.now();
    const say = (line: string) => console.log(`${((performance.now() - began) / 1_000).toFixed(0).padStart(4)} s  ${name}: ${line}`);
    const report = await benches[name]?.({ say, ...counts, size, execArgv });
    rows.push(...(report?.rows ?? []));
    figures.push(...(report?.figures ?? []));
  }
  if (rows.length > 0) console.log(`\n${table(rows)}`);
  if (figures.length > 0) console.log(`\n${figureList(figures)}`);
  if (rows.length + figures.length === 0) return;
  await writeFile(values.json, `${JSON.stringify({ measuredAt: new Date().toISOString(), machine, rows, figures }, null, 2)}\n`);
  console.log(`The figures are in ${values.json}.`);
}
