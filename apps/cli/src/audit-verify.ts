import { parseArgs } from 'node:util';
import { recordVerification, verifyAuditLog } from '@mood/db';
import type { AuditVerification, Database } from '@mood/db';
import { describeError, exitOnBadSettings } from '@mood/runtime';
import { draftCheckpoint, openCheckpoint } from './audit/checkpoint-file.ts';
import { masterKeysOf } from './audit/master-keys.ts';
import { modelIdOf } from './audit/model-id.ts';
import { UsageProblem } from './problem.ts';
import { createProgressLine } from './progress-line.ts';
import { runCommand, understand, withDatabase } from './run-command.ts';
import { auditCommandSettings } from './settings.ts';

const help = `npm run audit:verify: walks the audit log and finds what was changed, exchanged, inserted or taken out.

  npm run audit:verify                          the whole log
  npm run audit:verify -- --model ID            one model
  npm run audit:verify -- --checkpoint FILE     also against a signed checkpoint, so that a tail that was cut off is found;
                                                when all is well the file is made anew, for the next time

Keep the checkpoint where whoever owns the database cannot reach it. It needs AUDIT_MASTER_KEYS; verifying without it does not.
A verification of the whole log is recorded where the login may write it: the metric audit_complete and its gauge go by it.
The database is that of DATABASE_URL, else that of the system which "npm start" runs on DATA_DIR (default .data).
The exit code is 0 when the log is as it was written, 1 when it is not, 2 when the command was not understood.`;

await runCommand(help, async () => {
  const command = readCommand();
  if (command === 'help') return console.log(help);
  const settings = exitOnBadSettings(auditCommandSettings);
  const { modelId, file } = command;
  const keys = file === undefined ? undefined : await masterKeysOf(settings);
  const checkpoint = file === undefined || keys === undefined ? undefined : await openCheckpoint(file, keys);
  const draft = file === undefined || keys === undefined || modelId !== undefined ? undefined : draftCheckpoint(file, keys, new Date());
  const line = createProgressLine(process.stderr);
  try {
    const found = await withDatabase(
      settings,
      async (database) => {
        const verification = await verifyAuditLog(database, {
          modelId,
          checkpoint,
          progress: (done, total) => line.show('verified', done, total, 'rows'),
          onTail: (model, version, hash) => draft?.add(model, version, hash),
        });
        line.end();
        if (modelId === undefined) await record(database, verification);
        return verification;
      },
      { onlyReads: true },
    );
    if (found.first !== null) {
      const { modelId: model, version, id, problem } = found.first;
      const place = `model ${model}${version === null ? '' : `, version ${version}`}${id === null ? '' : ` (id ${id})`}`;
      console.error(`First bad row: ${place}: ${problem}.`);
      console.error(`${count(found.problems, 'problem')} in ${count(found.rows, 'row')} of ${count(found.models, 'model')}.`);
      process.exitCode = 1;
      return;
    }
    console.log(`The audit log is as it was written: ${count(found.rows, 'row')} of ${count(found.models, 'model')}.`);
    if (draft === undefined) return;
    await draft.keep();
    console.log(
      checkpoint === undefined
        ? `There was no checkpoint yet: ${file} was made.`
        : `Nothing of the checkpoint of ${checkpoint.takenAt} is missing. ${file} was made anew.`,
    );
  } finally {
    line.end();
    await draft?.discard();
  }
});

/** An auditor’s login may only read: what was found is said all the same. */
async function record(database: Database, verification: AuditVerification): Promise<void> {
  try {
    await recordVerification(database, verification);
  } catch (error) {
    console.error(`Analytics do not learn of this verification: ${describeError(error)}`);
  }
}

function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

function readCommand(): 'help' | { modelId: string | undefined; file: string | undefined } {
  const { values } = understand(() =>
    parseArgs({ options: { model: { type: 'string' }, checkpoint: { type: 'string' }, help: { type: 'boolean', short: 'h' } } }),
  );
  if (values.help === true) return 'help';
  if (values.checkpoint === '') throw new UsageProblem('Name the file of the checkpoint.');
  return { modelId: values.model === undefined ? undefined : modelIdOf(values.model), file: values.checkpoint };
}
