import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { count } from '@mood/testing/counts';
import { eventually } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

const kills = count(10, 2);
const writers = 8;
/** Below the hourly limit of a model. */
const updatesPerModel = 45;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ workers: 1 });
});
afterAll(() => stack.stop());

/** Updates a model again and again until it is told to stop. @returns when each answered change was made. */
async function keepUpdating(model: Model, mayGoOn: () => boolean): Promise<string[]> {
  const answered: string[] = [];
  for (let update = 0; update < updatesPerModel && mayGoOn(); update += 1) {
    const answer = await stack.api
      .post('/api/v1/mood/update', { moodState: 'positive', responseDelay: update }, model.token)
      .catch((error: unknown) => {
        // The connection broke: whether this one was done, nobody was told.
        if (/^TypeError: (fetch failed|terminated)$/.test(String(error))) return undefined;
        throw error;
      });
    if (answer === undefined) continue;
    expect(answer.status).toBe(200);
    answered.push(answer.body.lastUpdated);
  }
  return answered;
}

test(
  `an API killed ${kills} times under load: every answered update has its state, its audit row and its event`,
  async () => {
    for (let kill = 0; kill < kills; kill += 1) {
      const models: Model[] = [];
      for (let made = 0; made < writers; made += 1) models.push(await stack.createModel());
      let alive = true;
      const before = Promise.all(models.map((model) => keepUpdating(model, () => alive)));
      // Well into the load, for every writer.
      for (const model of models) {
        await eventually(
          async () => (await stack.api.get(`/api/v1/mood/${model.id}/history`, model.token)).body.total,
          (total) => total >= 3,
        );
      }
      stack.apiProcess.kill('SIGKILL');
      expect(await stack.apiProcess.exited).toBe('SIGKILL');
      alive = false;
      const answered = await before;
      await stack.restartApi();

      for (const [index, model] of models.entries()) {
        const { body } = await stack.api.get(`/api/v1/mood/${model.id}/history?limit=100`, model.token);
        const changedAt = body.history.map((entry: { changedAt: string }) => entry.changedAt);
        expect(changedAt).toEqual(expect.arrayContaining(answered[index] ?? []));
        expect(answered[index]?.length).toBeGreaterThan(0);
        const mood = await stack.api.get(`/api/v1/mood/${model.id}`, model.token);
        expect(mood.body.lastUpdated).toBe(changedAt[0]);
        const events = await eventually(
          () => stack.platform.events(model.id),
          (found) => found.length >= body.total,
        );
        expect(events).toHaveLength(body.total);
        expect(new Set(events.map((event) => event.eventId)).size).toBe(body.total);
      }
    }
  },
  count(600_000, 120_000),
);
