import type { Database } from '../database.ts';
import type { Checkpoint, CheckpointTail } from './checkpoint.ts';
import { createTailReader } from './tail-reader.ts';
import { beforeModel, behindModel, countRows, findRangeEnd, firstModel, lastModel, readClock } from './log-rows.ts';
import { verifyRange } from './verify-range.ts';
import type { LogRange, RangeFindings, WalkOptions } from './verify-range.ts';

export interface AuditVerification extends Omit<RangeFindings, 'tails'> {
  /** When the walk began, by the database's clock: what was written later may not have been seen. */
  startedAt: Date;
}

/** A walk through the whole log that has come so far. */
export interface VerificationSoFar {
  found: AuditVerification;
  /** The last model that it looked at; null: none yet. */
  through: string | null;
}

/** Verifies a part of the log: in this thread or in another. @throws as `verifyRange`. */
export type RangeWalker = (range: LogRange, options: WalkOptions) => Promise<RangeFindings>;

export interface VerifyOptions {
  /** Only this model's chain. */
  modelId?: string | undefined;
  checkpoint?: Checkpoint | undefined;
  /** Where an earlier walk was stopped, to go on there. */
  from?: VerificationSoFar | undefined;
  /** Who walks at the same time; by default one, here. */
  walkers?: readonly RangeWalker[] | undefined;
  /** How much is done at once. A part is what is lost when a walk is stopped, and the most of it that is kept in memory. */
  sizes?: { models: number; rows: number };
  signal?: AbortSignal | undefined;
  progress?: (done: number, total: number) => void | Promise<void>;
  /** Told of the newest row of each model whose chain is sound, in order of model. */
  onTail?: (tail: CheckpointTail) => void;
  /** Told each time that the walk has come further, after `onTail`. */
  onStep?: (soFar: VerificationSoFar) => void | Promise<void>;
}

const defaultSizes = { models: 1_000, rows: 2_000 };
const nothing = { rows: 0, models: 0, complete: 0, incomplete: 0, problems: 0, first: null };
/** A walker that is done with a short part goes on with another while a long one is waited for. */
const rangesAheadPerWalker = 2;

/**
 * Walks the audit log part by part. A tail that was cut off shows against the current mood; if that was set back, too, against a
 * checkpoint. What changes while it walks is no problem, and what appears may be seen or not.
 * @throws DependencyUnavailable; the signal's reason when it is aborted; CheckpointError.
 */
export async function verifyAuditLog(database: Database, options: VerifyOptions = {}): Promise<AuditVerification> {
  const { modelId, from } = options;
  const found = from === undefined ? { ...nothing, startedAt: await readClock(database) } : { ...from.found };
  const total = options.progress === undefined ? 0 : await countRows(database, modelId);
  const stopped = new AbortController();
  const signal = options.signal === undefined ? stopped.signal : AbortSignal.any([options.signal, stopped.signal]);
  let looked = found.rows;
  const walkOptions: WalkOptions = {
    signal,
    onRows: async (rows) => {
      looked += rows;
      await options.progress?.(looked, Math.max(total, looked));
    },
  };
  const walk = inTurn(options.walkers ?? [(range, walking) => verifyRange(database, range, walking)], walkOptions);
  const ahead: { through: string; findings: Promise<RangeFindings> }[] = [];

  async function foldNext(): Promise<void> {
    const next = ahead.shift();
    if (next === undefined) return;
    const { tails, ...counts } = await next.findings;
    for (const tail of tails) options.onTail?.(tail);
    for (const key of ['rows', 'models', 'complete', 'incomplete', 'problems'] as const) found[key] += counts[key];
    found.first ??= counts.first;
    await options.onStep?.({ found: { ...found }, through: next.through });
  }

  try {
    for await (const range of rangesOf(database, options)) {
      signal.throwIfAborted();
      const findings = walk.start(range);
      findings.catch(() => {});
      ahead.push({ through: range.through, findings });
      if (ahead.length >= walk.width * rangesAheadPerWalker) await foldNext();
    }
    while (ahead.length > 0) await foldNext();
    return found;
  } finally {
    // When one failed, the others are of no use any more.
    stopped.abort();
    await Promise.allSettled(ahead.map(({ findings }) => findings));
  }
}

async function* rangesOf(database: Database, { modelId, checkpoint, from, sizes = defaultSizes }: VerifyOptions): AsyncGenerator<LogRange> {
  const reader = checkpoint === undefined ? undefined : createTailReader(checkpoint);
  const takenAtMicros = checkpoint === undefined ? 0n : BigInt(Date.parse(checkpoint.takenAt)) * 1_000n;
  const rangeOf = async (after: LogRange['after'], through: string): Promise<LogRange> => ({
    after,
    through,
    rowsAtOnce: sizes.rows,
    checkpoint: reader && { tails: await reader.takeThrough(through), takenAtMicros },
  });
  if (modelId !== undefined) {
    const range = await rangeOf(beforeModel(modelId), modelId);
    const tails = range.checkpoint?.tails.filter((tail) => tail.modelId === modelId) ?? [];
    yield { ...range, checkpoint: range.checkpoint && { tails, takenAtMicros } };
    return;
  }
  let through = from?.through ?? null;
  // What was looked at before is passed over.
  if (through !== null) await reader?.takeThrough(through);
  while (through !== lastModel) {
    const after: LogRange['after'] = through === null ? beforeModel(firstModel) : behindModel(through);
    through = await findRangeEnd(database, after.modelId, sizes.models);
    yield await rangeOf(after, through);
  }
}

/** Gives each part to a walker that is free, else to the next one that will be. */
function inTurn(walkers: readonly RangeWalker[], options: WalkOptions) {
  const free = [...walkers];
  const waiting: ((walker: RangeWalker) => void)[] = [];
  const take = () => {
    const walker = free.pop();
    return walker === undefined ? new Promise<RangeWalker>((resolve) => waiting.push(resolve)) : Promise.resolve(walker);
  };
  const giveBack = (walker: RangeWalker) => {
    const next = waiting.shift();
    if (next === undefined) free.push(walker);
    else next(walker);
  };
  return {
    width: walkers.length,
    async start(range: LogRange): Promise<RangeFindings> {
      const walker = await take();
      try {
        options.signal?.throwIfAborted();
        return await walker(range, options);
      } finally {
        giveBack(walker);
      }
    },
  };
}
