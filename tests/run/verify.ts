import { readCommandLine } from '@mood/runtime';
import { runScripts } from './run-scripts.ts';

const help = `npm run verify: holds the code against its rules. It needs no database and takes a minute or two. As many checks
run at a time as there are processors; what each found is printed when it ends. After the first that finds something no other is begun.

  npm run verify:format      the format of everything but SQL (npm run format mends it)
  npm run verify:sql         the format of SQL (npm run format mends it)
  npm run verify:imports     who may import what, and circles
  npm run verify:lint        the rules of .oxlintrc.json
  npm run verify:types       types
  npm run verify:dead-code   what nobody uses

The exit code is 0 when all is well, 1 when something is not, 2 when the command line was not understood.`;

readCommandLine(help, {});
// What uses one processor comes first: the last two use all that there are.
process.exitCode = await runScripts(['verify:format', 'verify:sql', 'verify:imports', 'verify:dead-code', 'verify:lint', 'verify:types']);
