import { parseArgs } from 'node:util';
import { rebuildRollups } from '@mood/db';
import { exitOnBadSettings } from '@mood/runtime';
import { UsageProblem } from './problem.ts';
import { createProgressLine } from './progress-line.ts';
import { runCommand, understand, withDatabase } from './run-command.ts';
import { analyticsCommandSettings } from './settings.ts';

const help = `npm run analytics -- rebuild: counts analytics anew, from the rows that they are made of.

  npm run analytics -- rebuild                       since the first change of a mood
      --from 2026-01-31                              since the beginning of that day (UTC), or an instant: 2026-01-31T12:00:00Z
      --to 2026-02-28                                before that day, or instant; until now when it is left out

After an upgrade from a release without analytics, and when MoodRollupDifferences says so. It may run while the system does.
It counts a day at a time, and may be stopped (Ctrl-C) and repeated: what is counted twice comes to the same.
Where counting ended before --from, it goes on from there, so that nothing is left out.
Replies are kept for RETENTION_REPLIES_DAYS (30): of older ones, what was counted before stays as it is.
The database is that of DATABASE_URL, else that of the system which "npm start" runs on DATA_DIR (default .data).
The exit code is 0 when all is counted, 1 when it was stopped or something was in the way, 2 when the command was not understood.`;

await runCommand(help, async () => {
  const command = readCommand();
  if (command === 'help') return console.log(help);
  const settings = exitOnBadSettings(analyticsCommandSettings);
  const line = createProgressLine(process.stderr);
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort());
  try {
    const counted = await withDatabase(settings, (database) =>
      rebuildRollups(database, {
        ...command,
        signal: stopped.signal,
        progress: (done, total) => line.show('counted', done, total, 'days'),
      }),
    );
    line.end();
    if (counted === null) return console.log('There is nothing to count in that time.');
    const { since, until, isWhole } = counted;
    console.log(`${isWhole ? 'Counted' : 'Stopped. Counted'} from ${since.toISOString()} to ${until.toISOString()}.`);
    if (!isWhole) process.exitCode = 1;
  } finally {
    line.end();
  }
});

function readCommand(): 'help' | { from: Date | null; to: Date | null } {
  const { values, positionals } = understand(() =>
    parseArgs({
      allowPositionals: true,
      options: { from: { type: 'string' }, to: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }),
  );
  if (values.help === true) return 'help';
  if (positionals.length !== 1 || positionals[0] !== 'rebuild') throw new UsageProblem('Say what to do: rebuild.');
  const [from, to] = [instantOf('--from', values.from), instantOf('--to', values.to)];
  if (from !== null && to !== null && from >= to) throw new UsageProblem('--from has to be before --to.');
  return { from, to };
}

/** A date is the beginning of that day in UTC. */
function instantOf(option: string, given: string | undefined): Date | null {
  if (given === undefined) return null;
  const isWhole = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/.test(given);
  const instant = new Date(given);
  // Date takes 30 February for 2 March.
  const isThere = isWhole && !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(given.slice(0, 10));
  if (!isThere) throw new UsageProblem(`${option} takes 2026-01-31, or 2026-01-31T12:00:00Z.`);
  return instant;
}
