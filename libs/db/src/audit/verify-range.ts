import { createTimeSlices } from '@mood/domain';
import type { Database } from '../database.ts';
import { problemOf } from './chain-problems.ts';
import type { Tail } from './chain-problems.ts';
import type { CheckpointTail } from './checkpoint.ts';
import { readBatch } from './log-rows.ts';
import type { LogBatch, LogPlace, LogRow } from './log-rows.ts';

/** Where the log is not as it was written. */
export interface AuditProblem {
  modelId: string;
  /** null: the row is not there. */
  version: number | null;
  id: string | null;
  /** In words, to go on after "First bad row: …". */
  problem: string;
}

/** A part of the log: all rows of the models from a place on, up to and with those of a model. Can be handed to another thread. */
export interface LogRange {
  after: LogPlace;
  through: string;
  rowsAtOnce: number;
  /** What the checkpoint says of these models, and when it was taken; undefined: there is none. */
  checkpoint?: { tails: readonly CheckpointTail[]; takenAtMicros: bigint } | undefined;
}

export interface RangeFindings {
  rows: number;
  /** With rows in the log. */
  models: number;
  /** Models in which nothing is wrong … */
  complete: number;
  /** … and those in which something is: also those without any row left, which `models` does not count. */
  incomplete: number;
  problems: number;
  first: AuditProblem | null;
  /** The newest row of each model whose chain is sound, in order of model. */
  tails: CheckpointTail[];
}

export interface WalkOptions {
  /** Told of more rows that were looked at. */
  onRows?: ((rows: number) => void | Promise<void>) | undefined;
  signal?: AbortSignal | undefined;
}

/** A row is written a moment before it can be seen, and a checkpoint is dated by another clock: by how much they may differ. */
const checkpointSlackMicros = 300_000_000n;

/**
 * Walks a part of the log and computes every hash anew, here and not in the database, whose functions a tamperer could have replaced.
 * Each batch of rows is read in a snapshot of its own, which ends before they are looked at: a long walk keeps nothing from being vacuumed.
 * @throws DependencyUnavailable; the signal's reason when it is aborted.
 */
export async function verifyRange(
  database: Pick<Database, 'readSnapshot'>,
  range: LogRange,
  options: WalkOptions = {},
): Promise<RangeFindings> {
  const findings: RangeFindings = { rows: 0, models: 0, complete: 0, incomplete: 0, problems: 0, first: null, tails: [] };
  const kept = new Map(range.checkpoint?.tails.map((tail) => [tail.modelId, tail]));
  const unseen = new Map(kept);
  const broken = new Set<string>();
  const report = (problem: AuditProblem) => {
    broken.add(problem.modelId);
    findings.problems += 1;
    findings.first ??= problem;
  };
  const notBefore = (modelId: string) =>
    range.checkpoint === undefined || kept.has(modelId) ? null : range.checkpoint.takenAtMicros - checkpointSlackMicros;
  const giveWay = createTimeSlices();
  let tail: Tail | undefined;

  function look(row: LogRow, at: Tail): void {
    const problem = problemOf(row, at, kept.get(row.model_id));
    at.version = Number(row.version_text);
    if (problem !== null) {
      // One report per model: what follows a broken link is broken, too.
      if (at.sound) report({ modelId: row.model_id, version: at.version, id: row.id, problem });
      at.sound = false;
    }
    if (unseen.get(row.model_id)?.version === at.version) unseen.delete(row.model_id);
    at.hash = row.hash;
    at.createdMicros = BigInt(row.created_micros);
    at.expiresMicros = row.expires_micros === null ? null : BigInt(row.expires_micros);
  }

  function finish({ modelId, version, hash, sound }: Tail, states: Map<string, number>): void {
    const now = states.get(modelId);
    states.delete(modelId);
    if (now !== undefined && now !== version) {
      report({ modelId, version, id: null, problem: `its mood is at version ${now}, and the log ends at ${version}` });
    } else if (sound && hash !== null) findings.tails.push({ modelId, version, hash: hash.toString('hex') });
    if (!broken.has(modelId)) findings.complete += 1;
  }

  const readAfter = (place: LogPlace): Promise<LogBatch> => {
    options.signal?.throwIfAborted();
    const batch = readBatch(database, place, range.through, range.rowsAtOnce);
    // It is awaited later, or never when something fails before.
    batch.catch(() => {});
    return batch;
  };
  let reading: Promise<LogBatch> | undefined = readAfter(range.after);
  while (reading !== undefined) {
    const { rows, states, next }: LogBatch = await reading;
    options.signal?.throwIfAborted();
    reading = next === null ? undefined : readAfter(next);
    for (const row of rows) {
      if (tail?.modelId !== row.model_id) {
        if (tail !== undefined) finish(tail, states);
        tail = {
          modelId: row.model_id,
          version: 0,
          hash: null,
          sound: true,
          notBefore: notBefore(row.model_id),
          createdMicros: null,
          expiresMicros: null,
        };
        findings.models += 1;
      }
      look(row, tail);
      await giveWay();
    }
    if (next === null && tail !== undefined) finish(tail, states);
    for (const [modelId, version] of states) {
      report({ modelId, version: null, id: null, problem: `its mood is at version ${version}, and the log holds no row of it` });
    }
    findings.rows += rows.length;
    await options.onRows?.(rows.length);
  }
  for (const { modelId, version } of unseen.values()) {
    report({ modelId, version, id: null, problem: 'the checkpoint has this row, and the log does not: the tail was cut off' });
  }
  findings.incomplete = broken.size;
  return findings;
}
