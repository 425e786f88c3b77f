import { parseArgs } from 'node:util';
import { flagSettingSchema } from '@mood/contract/flags';
import { createFlagStore } from '@mood/db';
import { describeIssues, flagKeys, flagsKeptElsewhere, listFlags, setFlag } from '@mood/domain';
import type { FlagKey, FlagState } from '@mood/domain';
import { exitOnBadSettings } from '@mood/runtime';
import { UsageProblem } from './problem.ts';
import { runCommand, understand, withDatabase } from './run-command.ts';
import { flagCommandSettings } from './settings.ts';

const help = `npm run flags: shows and sets feature flags.

  npm run flags -- list                       every flag: how it is set, by whom and why
  npm run flags -- set KEY on|off|N%          sets a flag as a whole; what is not given below becomes empty
      --ids ID,ID                             on for these models or users, whatever the percentage says
      --roles ROLE,ROLE                       on for these roles: user, model, admin, service
      --reason TEXT                           why, for the record (required)
      --expected-version N                    refuses when somebody has set it since version N

The database is that of DATABASE_URL, else that of the system which "npm start" runs on DATA_DIR (default .data).
Running processes do as the flag says within a second, also while Redis is down. Every change is recorded.
The exit code is 0 when it worked, 1 when nothing was done, 2 when the command was not understood.`;

type Setting = ReturnType<typeof flagSettingSchema.parse>;
type Command = { kind: 'help' } | { kind: 'list' } | { kind: 'set'; key: FlagKey; setting: Setting };

await runCommand(help, async () => {
  const command = readCommand();
  if (command.kind === 'help') return console.log(help);
  const settings = exitOnBadSettings(flagCommandSettings);
  await withDatabase(settings, async (database) => {
    const flagStore = settings.flagsProvider === 'database' ? createFlagStore(database) : flagsKeptElsewhere;
    if (command.kind === 'list') {
      for (const flag of await listFlags({ flagStore })) console.log(`${lineOf(flag)}\n    ${flag.description}`);
      return;
    }
    const { reason, expectedVersion = null, ...rule } = command.setting;
    console.log(lineOf(await setFlag({ flagStore }, command.key, rule, { changedBy: null, reason, expectedVersion })));
  });
});

function lineOf({ key, state, percentage, ids, roles, version, owner, endsOn, lastChange }: FlagState): string {
  const lists = [...(ids.length > 0 ? [`ids ${ids.join(',')}`] : []), ...(roles.length > 0 ? [`roles ${roles.join(',')}`] : [])];
  const value = state === 'partial' ? [`${percentage}%`, ...lists].join(', ') : state;
  const since =
    lastChange === null
      ? 'never set'
      : `version ${version}, ${lastChange.changedAt.toISOString()}, by ${lastChange.changedBy ?? 'an operator'}: ${lastChange.reason ?? 'changed by hand'}`;
  const overdue = new Date(endsOn) < new Date() ? ', which is over' : '';
  return `${key}: ${value} (${since}; of ${owner}, ends ${endsOn}${overdue})`;
}

function itemsIn(list: string | undefined): string[] | undefined {
  return list?.split(',').map((item) => item.trim());
}

function readCommand(): Command {
  const string = { type: 'string' } as const;
  const { values, positionals } = understand(() =>
    parseArgs({
      allowPositionals: true,
      options: { ids: string, roles: string, reason: string, 'expected-version': string, help: { type: 'boolean', short: 'h' } },
    }),
  );
  if (values.help === true) return { kind: 'help' };
  const [name, given, value, ...more] = positionals;
  const { ids, roles, reason, 'expected-version': version } = values;
  if (name === 'list') {
    if (given !== undefined || [ids, roles, reason, version].some((option) => option !== undefined))
      throw new UsageProblem('list takes nothing else.');
    return { kind: name };
  }
  if (name !== 'set') throw new UsageProblem(name === undefined ? 'Say list or set.' : `There is no command "${name}".`);
  const key = flagKeys.find((one) => one === given);
  if (key === undefined) {
    const wrong = given === undefined ? 'Say which flag.' : `There is no flag "${given}".`;
    throw new UsageProblem(`${wrong} Use one of: ${flagKeys.join(', ')}.`);
  }
  if (more.length > 0) throw new UsageProblem(`One value at a time: "${more.join(' ')}" is too much.`);
  if (reason === undefined) throw new UsageProblem('Say why: --reason TEXT.');
  const setting = flagSettingSchema.safeParse({
    percentage: percentageOf(value),
    ids: itemsIn(ids),
    roles: itemsIn(roles),
    reason,
    ...(version !== undefined && { expectedVersion: /^\d+$/.test(version) ? Number(version) : version }),
  });
  if (!setting.success) throw new UsageProblem(describeIssues(setting.error.issues));
  return { kind: name, key, setting: setting.data };
}

function percentageOf(value: string | undefined): number {
  if (value === 'on') return 100;
  if (value === 'off') return 0;
  const [, digits] = /^(\d{1,3})%$/.exec(value ?? '') ?? [];
  if (digits === undefined) throw new UsageProblem('Say on, off, or a percentage such as 10%.');
  return Number(digits);
}
