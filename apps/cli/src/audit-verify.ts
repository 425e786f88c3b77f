import { parseArgs } from 'node:util';
import { findWhichDatabase, recordVerification, verifyAuditLog } from '@mood/db';
import type { AuditVerification, Database } from '@mood/db';
import { describeError, exitCodes, exitOnBadSettings } from '@mood/runtime';
import { draftCheckpoint, openCheckpoint } from './audit/checkpoint-file.ts';
import { masterKeysOf } from './audit/master-keys.ts';
import { modelIdOf } from './audit/model-id.ts';
import { startRangeWalkers } from './audit/range-walkers.ts';
import { createResumeFile } from './audit/resume-file.ts';
import { databaseLocation } from './database-location.ts';
import { Problem, UsageProblem } from './problem.ts';
import { createProgressLine } from './progress-line.ts';
import { runCommand, understand, withDatabase } from './run-command.ts';
import { auditCommandSettings } from './settings.ts';
import type { AuditCommandSettings } from './settings.ts';

const mostThreads = 64;

const help = `npm run audit:verify: walks the audit log and finds what was changed, exchanged, inserted or taken out.

  npm run audit:verify                          the whole log
  npm run audit:verify -- --model ID            one model
  npm run audit:verify -- --checkpoint FILE     also against a signed checkpoint, so that a tail that was cut off is found;
                                                when all is well the file is made anew, for the next time
      --parallel N                              by N threads, each with a connection of its own (1 to ${mostThreads}, default 1)
      --resume FILE                             keeps in FILE how far it is, until it is done: after Ctrl-C, or when the database went
                                                away, the same command goes on from there

It may run while the system does: it reads a few rows at a time, and holds up neither changes nor vacuum. What changes meanwhile is no
problem, and what is written after its start may be seen or not.
Keep the checkpoint where whoever owns the database cannot reach it. It needs AUDIT_MASTER_KEYS; verifying without it does not. With a
checkpoint the file of --resume is signed, too; without one, keep it where nobody else can write.
A verification of the whole log is recorded where the login may write it: the metric audit_complete and its gauge go by it.
The database is that of DATABASE_URL, else that of the system which "npm start" runs on DATA_DIR (default .data).
The exit code is 0 when the log is as it was written, 1 when it is not or when it was stopped, 2 when the command was not understood.`;

await runCommand(help, async () => {
  const command = readCommand();
  if (command === 'help') return console.log(help);
  const settings = exitOnBadSettings(auditCommandSettings);
  const walk = await prepareWalk(command, settings);
  const line = createProgressLine(process.stderr);
  const stopped = new AbortController();
  const stop = () => {
    stopped.abort();
    line.end();
    console.error('Stopping.');
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  let soFar = walk.kept?.found;
  let isDone = false;

  async function verify(database: Database, { modelId, resume, threads: wanted }: VerifyCommand): Promise<AuditVerification> {
    const which = await findWhichDatabase(database);
    if (walk.kept !== undefined && walk.kept.database !== which) {
      throw new Problem(`${resume} is of a verification of another database: name another file, or remove it.`);
    }
    const threads = wanted === 1 ? undefined : startRangeWalkers(wanted, await databaseLocation(settings), settings.connectTimeoutMs);
    try {
      return await verifyAuditLog(database, {
        modelId,
        checkpoint: walk.checkpoint,
        from: walk.kept,
        walkers: threads?.walkers,
        signal: stopped.signal,
        progress: (done, total) => line.show('verified', done, total, 'rows'),
        onTail: (tail) => walk.draft?.add(tail),
        onStep: async (step) => {
          soFar = step.found;
          const draft = (await walk.draft?.leave()) ?? null;
          await walk.resumeFile?.keep({ ...step, database: which, comparedWith: walk.checkpoint?.takenAt ?? null, draft });
        },
      });
    } finally {
      await threads?.stop();
    }
  }

  try {
    const found = await withDatabase(
      settings,
      async (database) => {
        const verification = await verify(database, command);
        line.end();
        if (command.modelId === undefined) await record(database, verification);
        return verification;
      },
      { onlyReads: true },
    );
    await report(found, command, walk);
    isDone = true;
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
    line.end();
    if (soFar !== undefined && soFar.first !== null) reportProblems(soFar);
    const done =
      soFar === undefined ? 'before anything was verified' : `after ${count(soFar.rows, 'row')} of ${count(soFar.models, 'model')}`;
    console.error(
      `Stopped ${done}. ${command.resume === undefined ? 'Nothing of it is kept: see --resume.' : 'The same command goes on from there.'}`,
    );
    process.exitCode = exitCodes.failed;
  } finally {
    line.end();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
    await (isDone ? walk.resumeFile?.remove() : walk.resumeFile?.end());
    await walk.draft?.close({ remove: isDone || walk.resumeFile === undefined });
  }
});

interface VerifyCommand {
  modelId: string | undefined;
  /** Of the checkpoint. */
  file: string | undefined;
  resume: string | undefined;
  threads: number;
}

type Walk = Awaited<ReturnType<typeof prepareWalk>>;

/** What the command was given to work with, and what an earlier run left. @throws Problem, CheckpointError. */
async function prepareWalk({ modelId, file, resume }: VerifyCommand, settings: AuditCommandSettings) {
  const keys = file === undefined ? undefined : await masterKeysOf(settings);
  const checkpoint = file === undefined || keys === undefined ? undefined : await openCheckpoint(file, keys);
  const resumeFile = resume === undefined ? undefined : createResumeFile(resume, keys);
  const kept = await resumeFile?.read();
  if (kept !== undefined && (kept.comparedWith !== (checkpoint?.takenAt ?? null) || (kept.draft === null) !== (file === undefined))) {
    throw new Problem(`${resume} is of a verification with another checkpoint: name that one, or remove the file and begin anew.`);
  }
  if (file === undefined || keys === undefined || modelId !== undefined) return { checkpoint, resumeFile, kept, draft: undefined };
  const draft = await draftCheckpoint(file, keys, { now: new Date(), begun: kept?.draft, outlivesProcess: resume !== undefined });
  return { checkpoint, resumeFile, kept, draft };
}

async function report(found: AuditVerification, { file }: VerifyCommand, { checkpoint, draft }: Walk): Promise<void> {
  if (found.first !== null) {
    reportProblems(found);
    process.exitCode = exitCodes.failed;
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
}

function reportProblems({ first, problems, rows, models }: AuditVerification): void {
  if (first === null) return;
  const { modelId, version, id, problem } = first;
  const place = `model ${modelId}${version === null ? '' : `, version ${version}`}${id === null ? '' : ` (id ${id})`}`;
  console.error(`First bad row: ${place}: ${problem}.`);
  console.error(`${count(problems, 'problem')} in ${count(rows, 'row')} of ${count(models, 'model')}.`);
}

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

function readCommand(): 'help' | VerifyCommand {
  const text = { type: 'string' } as const;
  const { values } = understand(() =>
    parseArgs({ options: { model: text, checkpoint: text, parallel: text, resume: text, help: { type: 'boolean', short: 'h' } } }),
  );
  if (values.help === true) return 'help';
  if (values.checkpoint === '') throw new UsageProblem('Name the file of the checkpoint.');
  if (values.resume === '') throw new UsageProblem('Name the file that keeps how far the verification is.');
  if (values.model !== undefined && (values.parallel ?? values.resume) !== undefined) {
    throw new UsageProblem('--parallel and --resume are for the whole log: one model is walked through at once.');
  }
  return {
    modelId: values.model === undefined ? undefined : modelIdOf(values.model),
    file: values.checkpoint,
    resume: values.resume,
    threads: threadsOf(values.parallel ?? '1'),
  };
}

function threadsOf(text: string): number {
  const threads = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (threads >= 1 && threads <= mostThreads) return threads;
  throw new UsageProblem(`--parallel takes a whole number from 1 to ${mostThreads}.`);
}
