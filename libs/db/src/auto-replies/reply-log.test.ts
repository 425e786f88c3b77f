import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createReplyLog } from './reply-log.ts';

let opened: DatabaseUnderTest;
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
});
afterAll(() => opened.close());

/** Adds a reply that was reported so many seconds ago. @returns its id. */
async function addReply(modelId: string, secondsAgo: number, columns: Record<string, unknown> = {}): Promise<string> {
  const id = randomUUID();
  const all = {
    id,
    message_id: id,
    conversation_id: 'c',
    model_id: modelId,
    user_id: randomUUID(),
    status: 'sent',
    received_at: new Date(),
    last_message_at: new Date(),
    due_at: new Date(),
    ...columns,
  };
  const values = Object.values(all);
  await opened.sql.query(
    `INSERT INTO auto_replies (${Object.keys(all).join(', ')}, created_at)
      VALUES (${values.map((_, n) => `$${n + 1}`).join(', ')}, timestamptz '2026-01-02' - $${values.length + 1} * interval '1 second')`,
    [...values, secondsAgo],
  );
  return id;
}

const log = () => createReplyLog(opened.database);

test('says of each reply what became of it', async () => {
  const model = randomUUID();
  const { rows } = await opened.sql.query(
    `SELECT id, version, content FROM mood_messaging_templates WHERE template_type = 'auto_response' LIMIT 1`,
  );
  const [template] = rows;
  const made = { template_id: template.id, template_version: template.version, mood_state: 'positive' };
  await addReply(model, 1, { status: 'pending' });
  await addReply(model, 2, { ...made, status: 'sending', text: 'Hi Ann!' });
  await addReply(model, 3, { ...made, sent_at: new Date(), engaged_at: new Date() });
  await addReply(model, 4, { mood_state: 'neutral', sent_at: new Date() });
  await addReply(model, 5, { status: 'cancelled', reason: 'too_late' });
  await addReply(model, 6, { ...made, status: 'failed', text: 'Hi Bob!' });
  await addReply(model, 7, { status: 'joined', joined_to: randomUUID() });
  await addReply(randomUUID(), 8);
  const { replies, nextCursor } = await log().page(model, { limit: 20, cursor: null });
  const { id, version, content } = template;
  const from = { id, version, content };
  expect(replies).toMatchObject([
    { status: 'scheduled', text: null, template: null, wroteAgain: null },
    { status: 'scheduled', text: 'Hi Ann!', template: from, wroteAgain: null },
    { status: 'sent', text: null, template: from, wroteAgain: true, sentAt: expect.any(Date) },
    { status: 'sent', text: null, template: null, wroteAgain: false },
    { status: 'cancelled', reason: 'too_late', wroteAgain: null, sentAt: null },
    { status: 'failed', reason: null, text: 'Hi Bob!', template: from, wroteAgain: null },
  ]);
  expect([replies.length, nextCursor]).toEqual([6, null]);
});

test('pages neither repeat nor leave out a reply while others come, also where many are of one moment', async () => {
  const model = randomUUID();
  const ids = new Set<string>();
  for (let n = 0; n < 23; n += 1) ids.add(await addReply(model, n < 12 ? 60 : n + 60));
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<ReturnType<typeof log>['page']>> = await log().page(model, { limit: 5, cursor });
    seen.push(...page.replies.map(({ id }) => id));
    cursor = page.nextCursor;
    await addReply(model, 0);
  } while (cursor !== null);
  expect(seen).toHaveLength(23);
  expect(new Set(seen)).toEqual(ids);
});

test('a page that ends with the last reply says so', async () => {
  const model = randomUUID();
  for (let n = 0; n < 5; n += 1) await addReply(model, n);
  const first = await log().page(model, { limit: 5, cursor: null });
  expect([first.replies.length, first.nextCursor]).toEqual([5, null]);
});

test.each(['nonsense', '', Buffer.from('1 2').toString('base64url')])('the cursor %j is refused', async (cursor) => {
  await expect(log().page(randomUUID(), { limit: 5, cursor })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
});
