import { parseArgs } from 'node:util';
import { createTemplateStore } from '@mood/db';
import { exitOnBadSettings } from '@mood/runtime';
import { UsageProblem } from './problem.ts';
import { runCommand, understand, withDatabase } from './run-command.ts';
import { templateCommandSettings } from './settings.ts';
import { exportFile } from './templates/export-file.ts';
import { importFile } from './templates/import-file.ts';
import type { ImportCommand } from './templates/import-file.ts';

const help = `npm run templates: moves message templates between a file and the database.

  npm run templates -- import FILE     creates and changes templates from a file, all or nothing
      --dry-run                        says what would happen, and writes nothing
      --reason TEXT                    why, for the record of versions (default: the name of the file)
  npm run templates -- export [FILE]   writes every template to a file, or to the standard output

The database is that of DATABASE_URL, else that of the system which "npm start" runs on DATA_DIR (default .data).
A row whose id is known changes that template; a row without id creates one unless its equal is there; templates that no row
names stay as they are. Running processes use what was imported within a second.
The exit code is 0 when it worked, 1 when nothing was done, 2 when the command was not understood.`;

type Command = { kind: 'help' } | { kind: 'export'; file: string | undefined } | ({ kind: 'import' } & ImportCommand);

await runCommand(help, async () => {
  const command = readCommand();
  if (command.kind === 'help') return console.log(help);
  const settings = exitOnBadSettings(templateCommandSettings);
  await withDatabase(settings, async (database) => {
    const store = createTemplateStore(database);
    if (command.kind === 'export') await exportFile(store, command.file);
    else await importFile(store, settings, command);
  });
});

function readCommand(): Command {
  const { values, positionals } = understand(() =>
    parseArgs({
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean' }, reason: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }),
  );
  if (values.help === true) return { kind: 'help' };
  const [name, file, ...more] = positionals;
  const { 'dry-run': dryRun, reason } = values;
  if (more.length > 0) throw new UsageProblem(`One file at a time: "${more.join(' ')}" is too much.`);
  switch (name) {
    case 'export':
      if (dryRun === true || reason !== undefined) throw new UsageProblem('--dry-run and --reason belong to import.');
      return { kind: name, file };
    case 'import':
      if (file === undefined) throw new UsageProblem('Name the file to import.');
      return { kind: name, file, dryRun: dryRun ?? false, reason };
    case undefined:
      throw new UsageProblem('Say import or export.');
    default:
      throw new UsageProblem(`There is no command "${name}".`);
  }
}
