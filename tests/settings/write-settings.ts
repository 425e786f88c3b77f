import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readCommandLine } from '@mood/runtime';
import { exampleEnvironment, settingsTable } from './settings-table.ts';

const help = `npm run docs:settings: writes the table of docs/settings.md and the file .env.example from the settings themselves.

Run it after a setting was added or changed. The exit code is 0 when both are written, 1 when one could not be, 2 when the command line was not
understood.`;

readCommandLine(help, {});
const root = path.resolve(import.meta.dirname, '../..');
const guide = path.join(root, 'docs/settings.md');
const table = ['| key | default | used by | what it is |', '| - | - | - | - |', ...settingsTable()].join('\n');
const before = await readFile(guide, 'utf8');
const after = before.replace(/(?<=<!-- settings: .* -->\n).*(?=<!-- \/settings -->)/s, () => `\n${table}\n\n`);
if (!after.includes(table)) throw new Error(`${guide} has lost the marks between which the table goes`);
await writeFile(guide, after);
// Its columns are as wide as the formatter wants them.
execFileSync(path.join(root, 'node_modules/.bin/oxfmt'), [guide], { stdio: ['ignore', 'ignore', 'inherit'] });
await writeFile(path.join(root, '.env.example'), exampleEnvironment());
