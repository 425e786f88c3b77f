import { parseArgs } from 'node:util';
import { rotateDataKeys } from '@mood/db';
import { exitOnBadSettings } from '@mood/runtime';
import { masterKeysOf } from './audit/master-keys.ts';
import { createProgressLine } from './progress-line.ts';
import { runCommand, understand, withDatabase } from './run-command.ts';
import { auditCommandSettings } from './settings.ts';

const help = `npm run audit:rotate-keys: wraps every data key of the audit log under the newest master key.

  1. Put the new key last into AUDIT_MASTER_KEYS ("old:…,new:…") of the API and the worker, and restart them: they can read
     what the others wrap with it. Then put it first ("new:…,old:…"), and restart them again.
  2. npm run audit:rotate-keys, with the same AUDIT_MASTER_KEYS. It may run while the system does, and be repeated.
  3. Take the old key out of AUDIT_MASTER_KEYS, and restart.

The database is that of DATABASE_URL, else that of the system which "npm start" runs on DATA_DIR (default .data).
The exit code is 0 when every key is wrapped anew, 1 when something was in the way, 2 when the command was not understood.`;

await runCommand(help, async () => {
  const { values } = understand(() => parseArgs({ options: { help: { type: 'boolean', short: 'h' } } }));
  if (values.help === true) return console.log(help);
  const settings = exitOnBadSettings(auditCommandSettings);
  const keys = await masterKeysOf(settings);
  const line = createProgressLine(process.stderr);
  try {
    const done = await withDatabase(settings, (database) =>
      rotateDataKeys(database, keys, (sofar, total) => line.show('wrapped', sofar, total, 'data keys')),
    );
    line.end();
    console.log(
      done === 0
        ? `Every data key was under the master key "${keys[0].id}" already.`
        : `${done.toLocaleString('en-US')} data keys are now under the master key "${keys[0].id}".`,
    );
  } finally {
    line.end();
  }
});
