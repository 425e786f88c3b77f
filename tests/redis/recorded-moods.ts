import type { ApiClient } from '@mood/testing/api-client';
import type { Model, Stack } from '@mood/testing/stack';

/** What somebody wrote or read of a model's mood: its message, and between which instants. */
export interface Recorded {
  modelId: string;
  message: string;
  beganAt: number;
  endedAt: number;
}

/** Everything that was acknowledged. */
export interface Recording {
  updates: Recorded[];
  reads: Recorded[];
  /** Readings that said that they may be out of date. */
  degraded: number;
  /** Requests without an answer, or refused for want of a dependency. */
  failed: number;
}

export interface LoadOptions {
  apis: readonly ApiClient[];
  models: readonly Model[];
  admin: string;
  writers: number;
  readers: number;
  /** Milliseconds that a writer rests between two updates, and a reader between two readings. */
  restMs: { writer: number; reader: number };
  pause: (milliseconds: number) => Promise<unknown>;
}

let loads = 0;

/** Writes and reads moods through all APIs in turn until it is told to stop. */
export function recordLoad(options: LoadOptions): { recording: Recording; stop: () => Promise<void> } {
  const { apis, models, admin, pause, restMs } = options;
  const recording: Recording = { updates: [], reads: [], degraded: 0, failed: 0 };
  const over = { now: false };
  const load = (loads += 1);

  async function repeat(restFor: number, request: (api: ApiClient, model: Model, n: number) => Promise<void>, offset: number) {
    for (let n = offset; !over.now; n += 1) {
      const [api, model] = [apis[n % apis.length], models[Math.trunc(n / apis.length) % models.length]];
      if (api === undefined || model === undefined) throw new Error('no API, or no model');
      try {
        await request(api, model, n);
      } catch (error) {
        // The connection broke: whether it was done, nobody was told.
        if (!/^TypeError: (fetch failed|terminated)$/.test(String(error))) throw error;
        recording.failed += 1;
        await pause(20);
      }
      if (restFor > 0) await pause(restFor);
    }
  }

  /** 503 is an answer: nobody promised anything. Any other is a fault of the test. */
  function counts(status: number): boolean {
    if (status === 200) return true;
    if (status !== 503) throw new Error(`answered ${status}`);
    recording.failed += 1;
    return false;
  }

  async function update(api: ApiClient, { id }: Model, message: string): Promise<void> {
    const beganAt = performance.now();
    const body = { moodState: 'positive', customMessage: message, reason: 'A test of the cache.' };
    const { status } = await api.post(`/api/v1/admin/mood/${id}/update`, body, admin);
    if (counts(status)) recording.updates.push({ modelId: id, message, beganAt, endedAt: performance.now() });
  }

  async function read(api: ApiClient, { id, token }: Model): Promise<void> {
    const beganAt = performance.now();
    const { status, headers, body } = await api.get(`/api/v1/mood/${id}`, token);
    if (!counts(status)) return;
    if (headers.has('mood-degraded')) recording.degraded += 1;
    else recording.reads.push({ modelId: id, message: body.customMessage ?? '', beganAt, endedAt: performance.now() });
  }

  const running = [
    ...Array.from({ length: options.writers }, (_, writer) =>
      repeat(restMs.writer, (api, model, n) => update(api, model, `load ${load} writer ${writer} change ${n}`), writer),
    ),
    ...Array.from({ length: options.readers }, (_, reader) => repeat(restMs.reader, read, reader)),
  ];
  const all = Promise.all(running);
  all.catch(() => {
    over.now = true;
  });
  return {
    recording,
    async stop() {
      over.now = true;
      await all;
    },
  };
}

/** By the audit log, which is the order of writes. @returns the version of each message, for each model. */
export async function readVersions(stack: Stack, models: readonly Model[], admin: string): Promise<Map<string, Map<string, number>>> {
  const ofModels = new Map<string, Map<string, number>>();
  for (const { id } of models) {
    const versions = new Map([['', 0]]);
    ofModels.set(id, versions);
    for (let offset = 0; ; offset += 100) {
      const { body } = await stack.api.get(`/api/v1/mood/${id}/history?limit=100&offset=${offset}`, admin);
      body.history.forEach(({ customMessage }: { customMessage: string }, index: number) => {
        versions.set(customMessage, body.total - offset - index);
      });
      if (offset + 100 >= body.total) break;
    }
  }
  return ofModels;
}

export interface Violation extends Recorded {
  kind: 'stale' | 'going back' | 'lost';
  version: number | undefined;
  /** What had to be seen. */
  least?: number;
}

/**
 * Holds a recording against the order of writes. Stale: older than an update that was acknowledged before the reading began. Going back: older
 * than what another reading had seen that ended before this one began. Lost: acknowledged or read, and not in the log.
 */
export function findViolations({ updates, reads }: Recording, versions: ReadonlyMap<string, ReadonlyMap<string, number>>): Violation[] {
  const violations: Violation[] = [];
  const versionOf = ({ modelId, message }: Recorded) => versions.get(modelId)?.get(message);
  for (const one of [...updates, ...reads]) if (versionOf(one) === undefined) violations.push({ ...one, kind: 'lost', version: undefined });
  for (const modelId of versions.keys()) {
    const ofModel = (all: readonly Recorded[]) =>
      all.flatMap((one) => (one.modelId === modelId ? { ...one, version: versionOf(one) ?? NaN } : []));
    const began = ofModel(reads).toSorted((a, b) => a.beganAt - b.beganAt);
    for (const [kind, known] of [
      ['stale', ofModel(updates)],
      ['going back', ofModel(reads)],
    ] as const) {
      const ended = known.toSorted((a, b) => a.endedAt - b.endedAt);
      let [least, next] = [0, 0];
      for (const reading of began) {
        for (let one = ended[next]; one !== undefined && one.endedAt <= reading.beganAt; one = ended[(next += 1)])
          least = Math.max(least, one.version);
        if (reading.version < least) violations.push({ ...reading, kind, least });
      }
    }
  }
  return violations;
}
