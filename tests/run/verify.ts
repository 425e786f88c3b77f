import { readCommandLine } from '@mood/runtime';
import { runScripts } from './run-scripts.ts';

const help = `npm run verify: holds the code against its rules. It needs no database, takes a minute or two, and ends at the first thing that is wrong.

  npm run verify:format      the format of everything but SQL (npm run format mends it)
  npm run verify:sql         the format of SQL (npm run format mends it)
  npm run verify:imports     who may import what, and circles
  npm run verify:lint        the rules of .oxlintrc.json
  npm run verify:types       types
  npm run verify:dead-code   what nobody uses

The exit code is 0 when all is well, 1 when something is not, 2 when the command line was not understood.`;

readCommandLine(help, {});
process.exitCode = runScripts(['verify:format', 'verify:sql', 'verify:imports', 'verify:lint', 'verify:types', 'verify:dead-code']);
