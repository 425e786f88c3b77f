import { parseArgs } from 'node:util';
import { connectDatabase, createTemplateStore } from '@mood/db';
import { DependencyUnavailable, DomainError } from '@mood/domain';
import { createLogger, exitOnBadSettings, wordsOf } from '@mood/runtime';
import { databaseLocation } from './database-location.ts';
import { exportFile } from './templates/export-file.ts';
import { FileProblem } from './templates/file-problem.ts';
import { importFile } from './templates/import-file.ts';
import type { ImportCommand } from './templates/import-file.ts';
import { templateCommandSettings } from './settings.ts';

const help = `npm run templates: moves message templates between a file and the database.

  npm run templates -- import FILE     creates and changes templates from a file, all or nothing
      --dry-run                        says what would happen, and writes nothing
      --reason TEXT                    why, for the record of versions (default: the name of the file)
  npm run templates -- export [FILE]   writes every template to a file, or to the standard output

The database is that of DATABASE_URL, else that of the system which "npm start" runs on DATA_DIR (default .data).
A row whose id is known changes that template; a row without id creates one unless its equal is there; templates that no row
names stay as they are. Running processes use what was imported within a second.
The exit code is 0 when it worked, 1 when nothing was done, 2 when the command was not understood.`;

class UsageProblem extends Error {}

type Command = { kind: 'help' } | { kind: 'export'; file: string | undefined } | ({ kind: 'import' } & ImportCommand);

async function main(): Promise<void> {
  const command = readCommand();
  if (command.kind === 'help') return console.log(help);
  const settings = exitOnBadSettings(templateCommandSettings);
  const database = connectDatabase({
    databaseUrl: await databaseLocation(settings),
    poolMax: 2,
    connectTimeoutMs: settings.connectTimeoutMs,
    // A large import takes what it takes.
    statementTimeoutMs: 0,
    applicationName: 'mood-templates',
    logger: createLogger({ name: 'templates', level: 'silent' }),
  });
  try {
    const store = createTemplateStore(database);
    if (command.kind === 'export') await exportFile(store, command.file);
    else await importFile(store, settings, command);
  } finally {
    await database.close();
  }
}

function readCommand(): Command {
  const { values, positionals } = parse();
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

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean' }, reason: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new UsageProblem(wordsOf(error));
  }
}

try {
  await main();
} catch (error) {
  if (error instanceof UsageProblem) {
    console.error(`${error.message}\n\n${help}`);
    process.exitCode = 2;
  } else {
    const known = (error instanceof DomainError && !(error instanceof DependencyUnavailable)) || error instanceof FileProblem;
    console.error(known ? error.message : `The database says: ${wordsOf(error)}`);
    process.exitCode = 1;
  }
}
