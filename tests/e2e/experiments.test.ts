import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';
import { retireTemplates, saveTemplate } from '@mood/testing/templates';

const path = '/api/v1/admin/mood/experiments';
let stack: Stack;
let admin: string;
let model: Model;
let ids: string[];

beforeAll(async () => {
  stack = await startStack({ workers: 1 });
  admin = await stack.platform.token('admin');
  await retireTemplates(stack);
  const draft = { moodState: 'positive', templateType: 'auto_response', experiment: 'warmth' };
  const saved = [];
  for (const content of ['Back soon.', 'So nice that you write!']) saved.push(await saveTemplate(stack, admin, { ...draft, content }));
  ids = saved.map(({ id }) => id);
  model = await stack.createModel();
  await stack.api.post('/api/v1/mood/update', { moodState: 'positive', autoRespond: true, responseDelay: 0 }, model.token);
});
afterAll(() => stack.stop());

interface Conversation {
  id: string;
  userId: string;
}

/** Each user writes once. @returns once every message has its answer, or none for good. */
async function write(count: number): Promise<Conversation[]> {
  const users = await stack.platform.createUsers(count);
  const conversations = users.map((userId) => ({ id: `conversation-${crypto.randomUUID()}`, userId }));
  await Promise.all(conversations.map(({ id, userId }) => stack.platform.userWrites(id, userId, model.id)));
  const over = async () => {
    const rows = await stack.database.query<{ over: number }>(
      `SELECT count(*)::int AS over FROM auto_replies WHERE conversation_id = ANY($1) AND status IN ('sent', 'cancelled')`,
      [conversations.map(({ id }) => id)],
    );
    return rows[0]?.over;
  };
  await eventually(over, (found) => found === count, 20_000);
  return conversations;
}

async function textsOf(conversations: readonly Conversation[]): Promise<string[]> {
  const messages = await Promise.all(conversations.map(({ id }) => stack.platform.automatedMessages(id)));
  return messages.flat().map(({ text }) => text);
}

test('an experiment is planned, counted with its holdout, and stopped for the winner', async () => {
  const plan = { plannedEffect: 0.05, baseline: 0.2, holdout: 0.5, reason: 'do warmer words help?' };
  const planned = await stack.api.post(`${path}/warmth`, plan, admin);
  expect([planned.status, planned.body]).toMatchObject([
    200,
    {
      state: 'running',
      decisions: [
        { kind: 'plan', reason: plan.reason, plan: { plannedEffect: 0.05, plannedSize: 1_031, holdout: 0.5, withinMinutes: 60 } },
      ],
      phases: [{ planned: true, endedAt: null, variants: [{ label: 'A' }, { label: 'B' }, { label: 'no reply' }] }, { planned: false }],
    },
  ]);

  // The worker sees the plan within a second: what it chose before that counts in the phase before.
  const before = await eventually(
    async (): Promise<number[]> => {
      await write(1);
      const found = await stack.api.get(`${path}/warmth`, admin);
      return found.body.phases[0].variants.map(({ exposed }: { exposed: number }) => exposed);
    },
    (exposed) => exposed.some((count) => count > 0),
    30_000,
  );
  const conversations = await write(24);
  const texts = await textsOf(conversations);
  const { body } = await stack.api.get(`${path}/warmth`, admin);
  const [phase] = body.phases;
  expect(phase.variants.map(({ exposed }: { exposed: number }, nth: number) => exposed - (before[nth] ?? NaN))).toEqual([
    texts.filter((text) => text === 'Back soon.').length,
    texts.filter((text) => text === 'So nice that you write!').length,
    24 - texts.length,
  ]);
  expect(texts.length).toBeGreaterThan(0);
  expect(texts.length).toBeLessThan(24);
  expect(phase.verdict).toEqual({ kind: 'too_early', words: 'too early (0 of 7 days)', safeToStop: false });
  expect((await stack.api.get(path, admin)).body).toMatchObject({ total: 1, experiments: [{ name: 'warmth', state: 'running' }] });

  const stopped = await stack.api.post(`${path}/warmth/stop`, { winner: ids[1], reason: 'B is better' }, admin);
  expect([stopped.status, stopped.body]).toMatchObject([200, { state: 'stopped', decisions: [{ kind: 'stop', winners: [ids[1]] }, {}] }]);
  // The worker sees it within a second.
  await eventually(
    async () => textsOf(await write(4)),
    (found) => found.join('|') === Array.from({ length: 4 }, () => 'So nice that you write!').join('|'),
    30_000,
  );
  expect((await stack.api.post(`${path}/warmth/stop`, { reason: 'once more' }, admin)).body.error).toBe('VERSION_CONFLICT');
});

test('what cannot be is refused with words', async () => {
  const refusals: [string, object, string][] = [
    ['no-such', { plannedEffect: 0.05, plannedSize: 10 }, 'EXPERIMENT_NOT_FOUND No template has the experiment "no-such".'],
    ['warmth', { plannedEffect: 0.05 }, 'INVALID_REQUEST plannedSize: give it, or the baseline'],
    ['warmth', { plannedEffect: 0, plannedSize: 10 }, 'INVALID_REQUEST plannedEffect: expected a difference'],
    ['warmth', { plannedEffect: 0.05, plannedSize: 10, holdout: 0.6 }, 'INVALID_REQUEST holdout: expected a share'],
    ['no-such/stop', { reason: 'because' }, 'EXPERIMENT_NOT_FOUND'],
    ['warmth/stop', {}, 'INVALID_REQUEST reason'],
  ];
  for (const [name, json, said] of refusals) {
    const { body } = await stack.api.post(`${path}/${name}`, json, admin);
    expect(`${body.error} ${body.message}`).toContain(said);
  }
});
