import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from '@mood/testing/eventually';
import { must } from '../check.ts';
import type { Check, Context } from '../check.ts';

const runbook = (system: Context['system']) => readFile(path.join(system.folder, 'docs/runbook.md'), 'utf8');

/** The lines that the runbook gives in a block of commands, by the words before it. */
function block(text: string, after: string): string {
  const at = text.indexOf(after);
  const [, lines] = /```sh\n([\s\S]+?)```/.exec(text.slice(at)) ?? [];
  must(at >= 0 && lines !== undefined, `the runbook has no commands after "${after}"`);
  return lines;
}

/** One that stands in a sentence. */
function inline(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1]?.replaceAll('\n', ' ');
  must(found !== undefined, `the runbook has no ${pattern.source}`);
  return found;
}

async function type(system: Context['system'], line: string): Promise<string> {
  const { code, stdout, stderr } = await system.shell(`set -e\n${line}`);
  must(code === 0, `"${line.trim()}" ended with ${code}`, (stdout + stderr).slice(-1_500));
  return stdout + stderr;
}

export const restore: Check = {
  name: 'the back-up of the runbook, and its restore',
  async run({ system, people }) {
    const text = await runbook(system);
    must((await people.change('positive')) === 200, 'a change fails');
    await type(system, block(text, '## Back up'));
    await type(system, inline(text, /`(docker compose exec -T postgres pg_dumpall [^`]+)`/));
    must((await people.change('negative')) === 200, 'a change fails');
    await type(system, block(text, 'With Docker (`postgres` and `redis` are reached'));
    const { moodState } = await eventually(
      () => people.read(),
      ({ status, degraded }) => status === 200 && !degraded,
      60_000,
    );
    must(moodState === 'positive', 'the mood is not that of the back-up', moodState);
    must((await people.change('negative')) === 200, 'a change fails afterwards');
    return 'the mood of the back-up is back, and can be changed';
  },
};

export const checkpoint: Check = {
  name: 'the checkpoint of the audit log, twice',
  async run({ system }) {
    const text = await runbook(system);
    // A folder of somebody else, as it is where the line before is left out.
    const elsewhere = 'mkdir -p theirs && docker compose run --rm --volume "$PWD/theirs:/files" operator node apps/cli/src';
    const refused = await system.shell(`${elsewhere}/audit-verify.ts --checkpoint /files/audit.json`);
    const words = refused.stdout + refused.stderr;
    must(refused.code !== 0 && words.includes('runs as user 1000'), 'it does not say which user it is', words.slice(-500));
    // This is run as root, or as whoever may do the same.
    await type(system, inline(text, /`(mkdir -p checkpoints [^`]+)`/).replace('sudo ', ''));
    const command = inline(text, /`(docker compose run --rm --volume "\$PWD\/checkpoints[^`]+)`/);
    await type(system, command);
    const second = await type(system, command);
    return second.trim().split('\n').at(-1) ?? '';
  },
};

export const demo: Check = {
  name: 'the four use cases, through the proxy',
  async run({ system, folder }) {
    const note = path.join(folder, 'run-note');
    await mkdir(note, { recursive: true });
    const run = {
      pid: process.pid,
      startedAt: new Date().toISOString(),
      apiUrl: system.url,
      sandboxUrl: system.platformUrl,
      databaseUrl: '-',
      logFolder: '-',
    };
    await writeFile(path.join(note, 'run.json'), JSON.stringify(run));
    const root = path.resolve(import.meta.dirname, '../../..');
    const { code, stdout, stderr } = await system.shell(`cd '${root}' && DATA_DIR='${note}' '${process.execPath}' apps/demo/src/main.ts`);
    must(code === 0, 'the demo failed', (stdout + stderr).slice(-1_500));
    return stdout.trim().split('\n').at(-1) ?? '';
  },
};

export const stop: Check = {
  name: 'docker compose stop',
  async run({ system }) {
    await system.compose(['stop']);
    const states = (await system.compose(['ps', '--all', '--format', '{{.Service}} {{.ExitCode}}'])).trim().split('\n');
    const wrong = states.filter((state) => !state.endsWith(' 0'));
    must(wrong.length === 0, 'not all ended with 0', wrong);
    return `${states.length} containers ended with 0`;
  },
};
