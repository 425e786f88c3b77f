import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Actor } from '@mood/domain';
import { Client } from 'pg';
import { count } from '@mood/testing/counts';
import { eventually } from '@mood/testing/eventually';
import { openMoodStore } from '@mood/testing/mood-store';
import type { OpenMoodStore } from '@mood/testing/mood-store';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

const races = count(1_000, 100);
/** Each takes one of the model's 50 changes per hour. */
const racesPerModel = 25;

/** Far enough away for the change itself, and for the update that is to win. */
const runsForMs = 60;
/** How long before the end of the mood the update is sent: some meet it, some are early enough wherever this runs. */
const leadsMs = [6, 6, 6, 45];

const admin: Actor = {
  kind: 'admin',
  adminUserId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d',
  reason: 'A mood that is about to end',
  reasonCode: 'other',
  origin: { ipAddress: null, userAgent: null },
};

let stack: Stack;
let store: OpenMoodStore;
let database: Client;
beforeAll(async () => {
  // The job, the next change and the test itself reset: whoever comes late must find the newer mood.
  stack = await startStack({ workers: 1, env: { RELAY_IDLE_MS: '5' } });
  store = openMoodStore(stack);
  database = new Client({ connectionString: stack.database.url });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await store.close();
  await stack.stop();
});

/** Sets a mood that ends in a moment. @returns its version and when it ends. */
async function setEndingMood(model: Model, endsInMs = runsForMs): Promise<{ version: number; expiresAt: Date }> {
  const expiresAt = new Date(Date.now() + endsInMs);
  const outcome = await store.moods.change(
    model.id,
    { moodState: 'negative', customMessage: null, autoRespond: false, responseDelay: 0, expiresAt },
    admin,
    { hourlyLimit: null, termsVersion: null, holdMinutes: null },
  );
  // On a busy machine it is over before it begins, and nothing is written.
  if (outcome.kind === 'end_is_over') return setEndingMood(model, endsInMs * 2);
  if (outcome.kind !== 'changed') throw new Error(`the mood was not set: ${outcome.kind}`);
  return { version: outcome.mood.version, expiresAt };
}

/** What the expiry job does: tries until the mood's time is over by the database's clock. */
async function expire(model: Model, version: number): Promise<'reset' | 'superseded'> {
  for (;;) {
    const outcome = await store.moods.expire(model.id, version);
    if (outcome.kind !== 'not_due') return outcome.kind;
    if (outcome.remainingMs > 1_000) throw new Error('the reset waits for the end of the mood that came after');
    await pause(outcome.remainingMs);
  }
}

/** The same moment for both, a few milliseconds to this or that side. */
async function race(model: Model, name: string, leadMs: number): Promise<void> {
  // The newer mood has an end of its own, or none.
  const end = Math.random() < 0.5 ? null : new Date(Date.now() + 3_600_000).toISOString();
  const { version, expiresAt } = await setEndingMood(model);
  const updating = (async () => {
    await pause(expiresAt.getTime() - Date.now() - leadMs + Math.random() * 8);
    return stack.api.post('/api/v1/mood/update', { moodState: 'positive', customMessage: name, expiresAt: end }, model.token);
  })();
  const [updated, outcome] = await Promise.all([updating, expire(model, version)]);
  expect([updated.status, ['reset', 'superseded'].includes(outcome)]).toEqual([200, true]);
  // And a job that comes late, or twice.
  expect(await store.moods.expire(model.id, version)).toEqual({ kind: 'superseded' });
  const { body } = await stack.api.get(`/api/v1/mood/${model.id}`, model.token);
  expect(body).toEqual(updated.body);
  expect(body).toMatchObject({ moodState: 'positive', customMessage: name, expiresAt: end });
}

test('the reset of an expired mood never touches the mood that replaced it', async () => {
  const models = await Promise.all(Array.from({ length: races / racesPerModel }, () => stack.createModel()));
  // Two at a time: a race needs both sides to be quick.
  const waiting = models.entries();
  await Promise.all(
    [1, 2].map(async () => {
      for (const [place, model] of waiting)
        for (let index = 0; index < racesPerModel; index += 1)
          await race(model, `race ${place}-${index}`, leadsMs[index % leadsMs.length] ?? 0);
    }),
  );

  // Until everything is published and the expiry jobs of the raced moods have run: what comes late must not reset either.
  // The newer moods end in an hour, or never: they have no jobs yet.
  const queue = (await stack.queues()).queue('mood-expiry');
  await eventually(
    async () => {
      const due = `SELECT count(*)::int AS promises FROM outbox WHERE due_at < now() + interval '1 minute'`;
      const { rows } = await database.query<{ promises: number }>(due);
      const jobs = await queue.getJobs(['waiting', 'active', 'delayed']);
      return (rows[0]?.promises ?? 0) + jobs.length;
    },
    (open) => open === 0,
    30_000,
  );
  let resets = 0;
  for (const model of models) {
    const { body } = await stack.api.get(`/api/v1/mood/${model.id}/history?limit=100`, model.token);
    const { history } = body;
    expect(history[0]).toMatchObject({ changedBy: 'model', moodState: 'positive' });
    expect(history.filter((entry: { changedBy: string }) => entry.changedBy === 'model')).toHaveLength(racesPerModel);
    history.forEach((entry: { changedBy: string; previousState: string }, index: number) => {
      if (entry.changedBy !== 'system') return;
      resets += 1;
      // Newest first: the next entry is the one that was reset.
      expect([entry.previousState, history[index + 1].changedBy]).toEqual(['negative', 'admin']);
    });
  }
  // Both outcomes came up.
  expect(resets).toBeGreaterThan(0);
  expect(resets).toBeLessThan(races);
});
