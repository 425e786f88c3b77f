import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { eventually } from '@mood/testing/eventually';
import type { SandboxMessage } from '@mood/testing/platform-client';
import { waitedForProcessorMs } from '@mood/testing/processor-time';
import { sideBySide } from '@mood/testing/side-by-side';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

interface ReplyRow {
  id: string;
  status: string;
  reason: string | null;
  text: string | null;
  mood_state: string | null;
  tier_level: string | null;
}

/** A model whose mood wants replies, a user, and their conversation. */
interface Scene {
  model: Model;
  userId: string;
  conversationId: string;
}

let stack: Stack;
let database: Client;
let messageService: string;
beforeAll(async () => {
  stack = await startStack({ workers: 1 });
  database = new Client({ connectionString: stack.database.url });
  await database.connect();
  messageService = await stack.platform.token('service', undefined, { scope: 'auto-replies:write' });
});
afterAll(async () => {
  await database.end();
  await stack.stop();
});

/** For tests that do something between a message and its reply: also on a busy machine there is time for it. */
const later = { responseDelay: 5 };

async function setMood(model: Model, more: object = {}): Promise<void> {
  const mood = { moodState: 'positive', autoRespond: true, responseDelay: 1, ...more };
  const { status, body } = await stack.api.post('/api/v1/mood/update', mood, model.token);
  expect([status, body]).toMatchObject([200, mood]);
}

async function prepareScene(mood: object = {}, tier?: string): Promise<Scene> {
  const model = await stack.createModel();
  const [userId = ''] = await stack.platform.createUsers(1, tier);
  await setMood(model, mood);
  return { model, userId, conversationId: `conversation-${crypto.randomUUID()}` };
}

const userWrites = ({ conversationId, userId, model }: Scene) => stack.platform.userWrites(conversationId, userId, model.id);
const replies = ({ conversationId }: Scene) => stack.platform.automatedMessages(conversationId);

/** Reports a message as a message service without the queue does. */
const report = (scene: Scene, more: object = {}) =>
  stack.api.post(
    '/api/v1/auto-replies',
    {
      messageId: crypto.randomUUID(),
      conversationId: scene.conversationId,
      modelId: scene.model.id,
      userId: scene.userId,
      receivedAt: new Date().toISOString(),
      senderType: 'user',
      automated: false,
      ...more,
    },
    messageService,
  );

async function rowsOf({ conversationId }: Scene, by: Client = database): Promise<ReplyRow[]> {
  const { rows } = await by.query<ReplyRow>(
    `SELECT id, status, reason, text, mood_state, tier_level FROM auto_replies WHERE conversation_id = $1 ORDER BY created_at`,
    [conversationId],
  );
  return rows;
}

const statusesOf = async (scene: Scene) => (await rowsOf(scene)).map(({ status }) => status);

async function isScheduled(scene: Scene, statuses: readonly string[] = ['pending']): Promise<void> {
  await eventually(
    () => statusesOf(scene),
    (found) => found.join() === statuses.join(),
  );
}

/**
 * Waits until the system has nothing left to do for the conversation: no reply is open, and no promise of one is kept.
 * After that nothing can arrive, so no test has to wait and see.
 */
async function settled(scene: Scene, by: Client = database): Promise<ReplyRow[]> {
  const look = async () => {
    const { rows } = await by.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM auto_replies a LEFT JOIN outbox o ON o.id = a.id
       WHERE a.conversation_id = $1 AND (o.id IS NOT NULL OR a.status IN ('pending', 'sending', 'failed'))`,
      [scene.conversationId],
    );
    return { open: rows[0]?.open, replies: await rowsOf(scene, by) };
  };
  // The two looks are two moments: a reply that was made between them is in the second one only.
  const over = ({ status }: ReplyRow) => !['pending', 'sending', 'failed'].includes(status);
  const found = await eventually(look, ({ open, replies: known }) => open === 0 && known.length > 0 && known.every(over), 60_000);
  return found.replies;
}

describe('a user writes to a model whose mood replies after 2 seconds', () => {
  let scene: Scene;
  let message: SandboxMessage;
  /** For how long the system waited for a processor meanwhile. */
  let heldUpMs: number;
  beforeAll(async () => {
    scene = await prepareScene({ responseDelay: 2 }, 'gold');
    const before = waitedForProcessorMs(stack.pids);
    message = await userWrites(scene);
    await settled(scene);
    heldUpMs = waitedForProcessorMs(stack.pids) - before;
  });

  test('and gets one automated message from the model, 2 to 3 seconds later', async () => {
    const found = await replies(scene);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ senderType: 'model', senderId: scene.model.id, recipientId: scene.userId, automated: true });
    expect(found[0]?.text).toMatch(/\S/);
    const waited = Date.parse(found[0]?.sentAt ?? '') - Date.parse(message.sentAt);
    expect(waited).toBeGreaterThanOrEqual(2_000);
    expect(waited).toBeLessThanOrEqual(3_000 + heldUpMs);
  });

  test('which was sent by one call under the id of the reply', async () => {
    const [row] = await rowsOf(scene);
    expect(await stack.platform.attempts(row?.id ?? '')).toHaveLength(1);
  });

  test('whose record keeps the mood and the tier, but no text', async () => {
    const rows = await rowsOf(scene);
    expect(rows).toEqual([
      { id: expect.any(String), status: 'sent', reason: null, text: null, mood_state: 'positive', tier_level: 'gold' },
    ]);
  });
});

describe('one reply is enough', () => {
  const waiting = sideBySide();

  waiting('for several messages within the delay', async () => {
    const scene = await prepareScene(later);
    const message = await userWrites(scene);
    await isScheduled(scene);
    await Promise.all([userWrites(scene), userWrites(scene)]);
    await isScheduled(scene, ['pending', 'joined', 'joined']);
    const rows = await settled(scene);
    expect(rows.map(({ status }) => status)).toEqual(['sent', 'joined', 'joined']);
    const found = await replies(scene);
    expect(found).toHaveLength(1);
    expect(Date.parse(found[0]?.sentAt ?? '') - Date.parse(message.sentAt)).toBeGreaterThanOrEqual(later.responseDelay * 1_000);
  });

  waiting('for messages that arrive at the same instant', async () => {
    const scene = await prepareScene(later);
    const intakes = await Promise.all(Array.from({ length: 20 }, () => report(scene)));
    const kinds = intakes.map(({ body }) => body.status);
    expect(kinds.filter((kind) => kind === 'scheduled')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'joined')).toHaveLength(19);
    expect(new Set(intakes.map(({ body }) => body.autoReplyId)).size).toBe(1);
    await settled(scene);
    expect(await replies(scene)).toHaveLength(1);
  });

  waiting('for a message that is reported again and again', async () => {
    const scene = await prepareScene(later);
    const messageId = crypto.randomUUID();
    const intakes = await Promise.all(Array.from({ length: 10 }, () => report(scene, { messageId })));
    const first = intakes[0]?.body;
    expect(first).toMatchObject({ status: 'scheduled', autoReplyId: expect.any(String), reason: null });
    for (const { status, body } of intakes) expect([status, body]).toEqual([202, first]);
    await settled(scene);
    // Sent by now, and cooling down: the repeated message still gets its first answer.
    expect((await report(scene, { messageId })).body).toEqual(first);
    expect(await replies(scene)).toHaveLength(1);
  });

  waiting('for a message that joined a reply, and is reported again', async () => {
    const scene = await prepareScene(later);
    const scheduled = await report(scene);
    const messageId = crypto.randomUUID();
    const joined = await report(scene, { messageId });
    expect(joined.body).toEqual({ ...scheduled.body, status: 'joined' });
    expect((await report(scene, { messageId })).body).toEqual(joined.body);
    await settled(scene);
    expect((await report(scene, { messageId })).body).toEqual(joined.body);
    expect(await replies(scene)).toHaveLength(1);
  });

  waiting('for a while: another message after it finds the conversation cooling down', async () => {
    const scene = await prepareScene({ responseDelay: 0 });
    await report(scene);
    await settled(scene);
    const { body } = await report(scene);
    expect(body).toEqual({ status: 'ignored', autoReplyId: null, dueAt: null, reason: 'cooling_down' });
    expect(await replies(scene)).toHaveLength(1);
  });

  waiting('per conversation: the same user gets one in another conversation with the model', async () => {
    const scene = await prepareScene({ responseDelay: 0 });
    const other = { ...scene, conversationId: `${scene.conversationId}-2` };
    await Promise.all([report(scene), report(other)]);
    await Promise.all([settled(scene), settled(other)]);
    expect([(await replies(scene)).length, (await replies(other)).length]).toEqual([1, 1]);
  });
});

describe('no reply is sent', () => {
  const waiting = sideBySide();

  waiting('when the model switched replies off in the meantime', async () => {
    const scene = await prepareScene(later);
    await userWrites(scene);
    await isScheduled(scene);
    await setMood(scene.model, { autoRespond: false });
    expect(await settled(scene)).toMatchObject([{ status: 'cancelled', reason: 'auto_respond_off', text: null }]);
    expect(await replies(scene)).toEqual([]);
  });

  waiting('when the model answered in the meantime', async () => {
    const scene = await prepareScene(later);
    await userWrites(scene);
    await isScheduled(scene);
    await stack.platform.modelAnswers(scene.conversationId, scene.model.id);
    expect(await settled(scene)).toMatchObject([{ status: 'cancelled', reason: 'answered', text: null }]);
    expect(await replies(scene)).toEqual([]);
  });

  waiting('when the answer is reported before the message that it answers', async () => {
    const scene = await prepareScene();
    const { conversationId, model } = scene;
    const answeredAt = new Date();
    const answered = await stack.api.post(
      '/api/v1/auto-replies/answered',
      { conversationId, modelId: model.id, answeredAt: answeredAt.toISOString() },
      messageService,
    );
    expect([answered.status, answered.body]).toEqual([202, { cancelled: 0 }]);
    const late = await report(scene, { receivedAt: new Date(answeredAt.getTime() - 500).toISOString() });
    expect(late.body).toEqual({ status: 'ignored', autoReplyId: null, dueAt: null, reason: 'answered' });
    expect(await rowsOf(scene)).toEqual([]);
    // What the user writes after the answer is a new question.
    expect((await report(scene, { receivedAt: new Date(answeredAt.getTime() + 1).toISOString() })).body.status).toBe('scheduled');
    await settled(scene);
    expect(await replies(scene)).toHaveLength(1);
  });

  waiting('when the mood ends before the reply is due', async () => {
    const scene = await prepareScene();
    const expiresAt = new Date(Date.now() + 2_000).toISOString();
    await setMood(scene.model, { responseDelay: 3, expiresAt });
    const intake = await report(scene);
    expect(intake.body.status).toBe('scheduled');
    expect(Date.parse(intake.body.dueAt)).toBeGreaterThan(Date.parse(expiresAt));
    expect(await settled(scene)).toMatchObject([
      { status: 'cancelled', reason: expect.stringMatching(/^(mood_expired|auto_respond_off)$/) },
    ]);
    expect(await replies(scene)).toEqual([]);
    expect((await report(scene)).body).toMatchObject({ status: 'ignored', reason: 'auto_respond_off' });
  });

  test('when the mood does not reply at all, or never was set', async () => {
    const scene = await prepareScene({ autoRespond: false });
    expect((await report(scene)).body).toMatchObject({ status: 'ignored', reason: 'auto_respond_off' });
    const stranger = { ...scene, model: await stack.createModel() };
    expect((await report(stranger)).body).toMatchObject({ status: 'ignored', reason: 'auto_respond_off' });
    expect(await rowsOf(scene)).toEqual([]);
  });

  test.each([
    [{ senderType: 'model', automated: false }, 'not_from_a_user'],
    [{ senderType: 'system', automated: false }, 'not_from_a_user'],
    [{ senderType: 'model', automated: true }, 'not_from_a_user'],
    [{ senderType: 'user', automated: true }, 'automated'],
  ])('to a message that is %j', async (sender, reason) => {
    const scene = await prepareScene({ responseDelay: 0 });
    const { status, body } = await report(scene, sender);
    expect([status, body]).toEqual([202, { status: 'ignored', autoReplyId: null, dueAt: null, reason }]);
    expect(await rowsOf(scene)).toEqual([]);
    expect(await replies(scene)).toEqual([]);
  });
});

describe('no reply is sent, and it is said why', () => {
  const ignored = (reason: string) => ({ status: 'ignored', autoReplyId: null, dueAt: null, reason });

  test.each([
    ['six hours ago', () => new Date(Date.now() - 21_600_000).toISOString()],
    ['a year ago', () => new Date(Date.now() - 31_536_000_000).toISOString()],
    ['in the year 1', () => '0001-01-01T00:00:00Z'],
    ['in 1969, in another zone', () => '1969-12-31T20:00:00-04:00'],
  ])('to a message of the past: %s', async (_when, receivedAt) => {
    const scene = await prepareScene({ responseDelay: 0 });
    expect((await report(scene, { receivedAt: receivedAt() })).body).toEqual(ignored('before_mood'));
    await database.query(`UPDATE model_mood_states SET updated_at = now() - interval '3000 years' WHERE model_id = $1`, [scene.model.id]);
    expect((await report(scene, { receivedAt: receivedAt() })).body).toEqual(ignored('too_late'));
    expect(await rowsOf(scene)).toEqual([]);
  });

  test('to a model that writes to itself', async () => {
    const scene = await prepareScene({ responseDelay: 0 });
    for (const userId of [scene.model.id, scene.model.id.toUpperCase()])
      expect((await report(scene, { userId })).body).toEqual(ignored('from_itself'));
    expect(await rowsOf(scene)).toEqual([]);
  });

  test('to a user who is gone', async () => {
    const scene = { ...(await prepareScene({ responseDelay: 0 })), userId: crypto.randomUUID() };
    await report(scene);
    expect(await settled(scene)).toMatchObject([{ status: 'cancelled', reason: 'recipient_gone', text: null }]);
    expect(await replies(scene)).toEqual([]);
  });
});

describe('two users of one conversation', () => {
  test('get a reply each, with their own name', async () => {
    const scene = await prepareScene();
    const [userId = ''] = await stack.platform.createUsers();
    const both = await Promise.all([report(scene), report({ ...scene, userId })]);
    expect(both.map(({ body }) => body.status)).toEqual(['scheduled', 'scheduled']);
    expect((await settled(scene)).map(({ status }) => status)).toEqual(['sent', 'sent']);
    expect(new Set((await replies(scene)).map(({ recipientId }) => recipientId))).toEqual(new Set([scene.userId, userId]));
  });
});

describe('a message id', () => {
  test('of another conversation or model is another message', async () => {
    const [scene, foreign] = [await prepareScene({ responseDelay: 0 }), await prepareScene({ responseDelay: 0 })];
    const scenes = [scene, { ...scene, conversationId: crypto.randomUUID() }, { ...foreign, conversationId: scene.conversationId }];
    const messageId = crypto.randomUUID();
    const intakes = [];
    for (const one of scenes) intakes.push(await report(one, { messageId }));
    expect(intakes.map(({ body }) => body.status)).toEqual(['scheduled', 'scheduled', 'scheduled']);
    expect(new Set(intakes.map(({ body }) => body.autoReplyId)).size).toBe(3);
  });

  test('of another user is refused with 409 over REST, and leaves a failed job with a reason in the queue', async () => {
    const scene = await prepareScene({ responseDelay: 0 });
    const messageId = crypto.randomUUID();
    const first = await report(scene, { messageId });
    const [userId = ''] = await stack.platform.createUsers();
    const { status, body } = await report(scene, { messageId, userId });
    expect([status, body]).toEqual([409, { error: 'IDEMPOTENCY_CONFLICT', message: expect.stringContaining('another userId') }]);

    const queue = (await stack.queues()).queue('auto-reply');
    const data = { messageId, conversationId: scene.conversationId, modelId: scene.model.id, userId, senderType: 'user', automated: false };
    await queue.add(
      'message-received',
      { ...data, receivedAt: new Date().toISOString() },
      { jobId: `conflict-${messageId}`, attempts: 10 },
    );
    const job = await eventually(
      () => queue.getJob(`conflict-${messageId}`),
      (found) => found?.failedReason !== undefined,
    );
    expect(job?.failedReason).toContain('another userId');
    expect(job?.attemptsMade).toBe(1);
    expect((await report(scene, { messageId })).body).toEqual(first.body);
    await settled(scene);
    expect(await replies(scene)).toHaveLength(1);
  });
});

describe('a conversation id that nothing can be delivered to', () => {
  test.each([
    '.',
    '..',
    '',
    ' ',
    '\t',
    'a b',
    'a/b',
    '../a',
    'a\\b',
    'a?',
    'a#',
    '%2e',
    'a\n',
    '\u0000',
    '\u200b',
    '\ud800',
    'é',
    'x'.repeat(129),
  ])('(%j) is refused', async (conversationId) => {
    const { model, userId } = await someScene();
    const times = { receivedAt: new Date().toISOString(), answeredAt: new Date().toISOString() };
    const message = { messageId: crypto.randomUUID(), userId, receivedAt: times.receivedAt, senderType: 'user', automated: false };
    const about = { conversationId, modelId: model.id };
    const reported = await stack.api.post('/api/v1/auto-replies', { ...about, ...message }, messageService);
    const answered = await stack.api.post('/api/v1/auto-replies/answered', { ...about, answeredAt: times.answeredAt }, messageService);
    for (const { status, body } of [reported, answered]) expect([status, body.error]).toEqual([400, 'INVALID_REQUEST']);
  });

  let scene: Scene | undefined;
  const someScene = async () => (scene ??= await prepareScene());
});

describe('within narrow bounds', () => {
  const waiting = sideBySide();
  /** Longer than a busy machine takes to receive a message. */
  const maxLateSeconds = 12;

  let strict: Stack;
  let client: Client;
  beforeAll(async () => {
    strict = await startStack({
      workers: 1,
      env: { AUTO_REPLY_MAX_LATE_SECONDS: String(maxLateSeconds), AUTO_REPLY_DAILY_CAP: '3', AUTO_REPLY_COOLDOWN_SECONDS: '0' },
    });
    client = new Client({ connectionString: strict.database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await strict.stop();
  });

  async function prepareStrictScene(): Promise<Scene> {
    const model = await strict.createModel();
    const [userId = ''] = await strict.platform.createUsers();
    await strict.api.post('/api/v1/mood/update', { moodState: 'positive', autoRespond: true }, model.token);
    return { model, userId, conversationId: crypto.randomUUID() };
  }

  waiting('a reply that the message service does not take in time is cancelled, and is not sent when it is back', async () => {
    const scene = await prepareStrictScene();
    await strict.platform.setFault('messages', 'error');
    try {
      await strict.platform.userWrites(scene.conversationId, scene.userId, scene.model.id);
      expect(await settled(scene, client)).toMatchObject([{ status: 'cancelled', reason: 'too_late', text: null }]);
    } finally {
      await strict.platform.setFault('messages', 'ok');
    }
    expect(await strict.platform.automatedMessages(scene.conversationId)).toEqual([]);
  });

  waiting('a reply whose worker was away for too long is cancelled', async () => {
    const scene = await prepareStrictScene();
    // As if it had waited for an hour: nobody looks at it before the relay does.
    await client.query('BEGIN');
    const id = crypto.randomUUID();
    await client.query(
      `INSERT INTO auto_replies (id, message_id, conversation_id, model_id, user_id, status, received_at, last_message_at, due_at)
        VALUES ($1, 'late', $2, $3, $4, 'pending', now() - interval '1 hour', now() - interval '1 hour', now() - interval '1 hour')`,
      [id, scene.conversationId, scene.model.id, scene.userId],
    );
    await client.query(`INSERT INTO outbox (id, kind, model_id, payload) VALUES ($1, 'auto-reply', $2, '{}')`, [id, scene.model.id]);
    await client.query('COMMIT');
    expect(await settled(scene, client)).toMatchObject([{ status: 'cancelled', reason: 'too_late' }]);
    expect(await strict.platform.automatedMessages(scene.conversationId)).toEqual([]);
  });

  waiting('a user gets as many replies of a model in a day as there may be, whatever the conversation', async () => {
    const scene = await prepareStrictScene();
    const service = await strict.platform.token('service', undefined, { scope: 'auto-replies:write' });
    const intakes = [];
    for (let nth = 0; nth < 5; nth += 1) {
      const message = {
        messageId: crypto.randomUUID(),
        conversationId: crypto.randomUUID(),
        modelId: scene.model.id,
        userId: scene.userId,
      };
      const report = { ...message, receivedAt: new Date().toISOString(), senderType: 'user', automated: false };
      intakes.push((await strict.api.post('/api/v1/auto-replies', report, service)).body);
    }
    expect(intakes.map(({ status, reason }) => reason ?? status)).toEqual([
      ...Array.from({ length: 3 }, () => 'scheduled'),
      ...Array.from({ length: 2 }, () => 'daily_cap'),
    ]);
  });

  test('without a cooldown each message after a sent reply gets a new one', async () => {
    const model = await strict.createModel();
    const [userId = ''] = await strict.platform.createUsers();
    await strict.api.post('/api/v1/mood/update', { moodState: 'positive', autoRespond: true }, model.token);
    const scene = { model, userId, conversationId: 'evening' };
    for (let sent = 1; sent <= 3; sent += 1) {
      await strict.platform.userWrites(scene.conversationId, userId, model.id);
      await eventually(
        () => rowsOf(scene, client),
        (rows) => rows.length === sent,
      );
      const rows = await settled(scene, client);
      expect(rows.map(({ status }) => status)).toEqual(Array.from({ length: sent }, () => 'sent'));
      expect(await strict.platform.automatedMessages(scene.conversationId)).toHaveLength(sent);
    }
  });
});

describe('the text', () => {
  test('follows the mood of the moment when the reply is due, not when the user wrote', async () => {
    const scene = await prepareScene(later);
    await userWrites(scene);
    await isScheduled(scene);
    await setMood(scene.model, { ...later, moodState: 'negative' });
    expect(await settled(scene)).toMatchObject([{ status: 'sent', mood_state: 'negative', text: null }]);
    expect(await replies(scene)).toHaveLength(1);
  });

  test('goes out without the name and the tier of the user while the User Service is down', async () => {
    const scene = await prepareScene({}, 'gold');
    await stack.platform.setFault('users', 'error');
    try {
      await userWrites(scene);
      expect(await settled(scene)).toMatchObject([{ status: 'sent', tier_level: null, text: null }]);
    } finally {
      await stack.platform.setFault('users', 'ok');
    }
    const found = await replies(scene);
    expect(found).toHaveLength(1);
    expect(found[0]?.text).toMatch(/\S/);
    expect(found[0]?.text).not.toMatch(/[{}]|undefined|null/);
  });
});
