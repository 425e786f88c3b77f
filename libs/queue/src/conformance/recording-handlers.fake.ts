import { EventEmitter } from 'node:events';
import { jobNames } from '../catalog.ts';
import type { JobData, JobName } from '../catalog.ts';
import type { JobContext, JobHandlers, JobOutcome } from '../job-handler.ts';

interface RecordedRun {
  name: JobName;
  data: JobData<JobName>;
  context: JobContext;
  at: number;
}

/** Handlers that note every run and end it as the test says. */
export interface RecordingHandlers {
  readonly handlers: JobHandlers;
  readonly runs: RecordedRun[];
  /** How jobs of this name end from now on. */
  answer(name: JobName, how: (run: RecordedRun) => Promise<JobOutcome> | JobOutcome): void;
  /** The next run that begins. */
  nextRun(): Promise<RecordedRun>;
}

export function recordingHandlers(): RecordingHandlers {
  const runs: RecordedRun[] = [];
  const answers = new Map<JobName, (run: RecordedRun) => Promise<JobOutcome> | JobOutcome>();
  const begun = new EventEmitter<{ run: [RecordedRun] }>();

  const handlerOf = (name: JobName) => async (data: JobData<JobName>, context: JobContext) => {
    const run = { name, data, context, at: Date.now() };
    runs.push(run);
    begun.emit('run', run);
    return (await answers.get(name)?.(run)) ?? ({ kind: 'done' } as const);
  };

  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a handler for each name, which takes the data of any job
    handlers: Object.fromEntries(jobNames.map((name) => [name, handlerOf(name)])) as unknown as JobHandlers,
    runs,
    answer: (name, how) => void answers.set(name, how),
    nextRun: () => new Promise((resolve) => begun.once('run', resolve)),
  };
}
