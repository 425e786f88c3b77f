import { readCommandLine } from '@mood/runtime';
import { runScripts } from './run-scripts.ts';

const help = `npm run format: formats every file of the project, where it is.

The exit code is 0 when all is formatted, 1 when a file could not be read, 2 when the command line was not understood.`;

readCommandLine(help, {});
process.exitCode = await runScripts(['format:code', 'format:sql']);
