import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  connectDatabase,
  createAuditLog,
  createAuditVault,
  createAutoReplyStore,
  createMoodHistory,
  createMoodStore,
  createOutboxStore,
  createPerformerRegistry,
  createTemplateCatalog,
  createTermsStore,
  createUsageCounter,
} from '@mood/db';
import type { Database } from '@mood/db';
import {
  acceptTerms,
  changeMood,
  currentTerms,
  deliverAutoReply,
  DependencyUnavailable,
  hourlyChangeLimit,
  notificationText,
  prepareAutoReply,
  RateLimitExceeded,
  readHistory,
  readMood,
  readMoods,
  readMoodsOrNeutral,
  receiveMessage,
  RefusedByService,
} from '@mood/domain';
import type { Mood, MoodSettings, ReceivedMessage } from '@mood/domain';
import { createContentPolicy } from '@mood/moderation';
import { createMessageGateway, createPerformerDirectory, createUserDirectory } from '@mood/platform';
import { promiseKinds } from '@mood/queue';
import { createLogger, errorCode } from '@mood/runtime';
import { startPlatform } from '@mood/sandbox';
import type { RunningPlatform } from '@mood/sandbox';
import { createTestDatabase } from '@mood/testing/database';
import type { TestDatabase } from '@mood/testing/database';
import { createPlatformClient } from '@mood/testing/platform-client';
import type { PlatformClient, Service } from '@mood/testing/platform-client';

/** The verbs of the domain in this process, on the parts that the API and the worker give them. */
function compose(database: Database, platformUrl: string) {
  const services = { baseUrl: platformUrl, timeoutMs: 2_000 };
  const logger = createLogger({ name: 'verbs', level: 'silent' });
  const vault = createAuditVault(database, [{ id: 'test', secret: randomBytes(32) }]);
  return {
    moods: createMoodStore(database, vault),
    moodHistory: createMoodHistory(database, vault),
    auditLog: createAuditLog(database, vault),
    registry: createPerformerRegistry(database),
    terms: createTermsStore(database),
    autoReplies: createAutoReplyStore(database),
    outbox: createOutboxStore(database, 30, promiseKinds),
    flags: { isOn: () => true },
    templates: createTemplateCatalog(database, { logger, revisions: { follow: () => {} } }),
    usage: createUsageCounter(database, { logger }),
    performers: createPerformerDirectory(services),
    users: createUserDirectory(services),
    messages: createMessageGateway(services),
    contentPolicy: createContentPolicy(),
    refusedValues: { count: () => undefined },
    skippedTemplates: { note: () => undefined },
    autoReplyRules: { cooldownSeconds: 60, maxLateSeconds: 900, dailyCap: 20 },
    clock: () => new Date(),
  };
}

let testDatabase: TestDatabase;
let database: Database;
let sandbox: RunningPlatform;
let platform: PlatformClient;
let deps: ReturnType<typeof compose>;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const logger = createLogger({ name: 'verbs', level: 'silent' });
  database = connectDatabase({
    databaseUrl: testDatabase.url,
    poolMax: 10,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 20_000,
    applicationName: 'verbs',
    logger,
  });
  sandbox = await startPlatform({ port: 0 });
  platform = createPlatformClient(sandbox.url);
  deps = compose(database, sandbox.url);
});
afterEach(async () => {
  for (const service of ['users', 'performers', 'messages'] as const) await platform.setFault(service, 'ok');
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
  await sandbox.stop();
});

const neutral = { moodState: 'neutral', customMessage: null, autoRespond: false, responseDelay: 0, expiresAt: null } as const;
const inOneHour = () => new Date(Date.now() + 3_600_000);

function actorOf(modelId: string) {
  return { kind: 'model' as const, modelId, origin: { ipAddress: '203.0.113.9', userAgent: 'test' } };
}

const setMood = (modelId: string, update: Partial<MoodSettings>, more: Partial<typeof deps> = {}) =>
  changeMood({ ...deps, ...more }, actorOf(modelId), { ...neutral, ...update });

/** A mood whose time is over, and which nobody has reset. @returns when it ended. */
async function setEndedMood(modelId: string, update: Partial<MoodSettings>, runsForMs = 50): Promise<Date> {
  const expiresAt = new Date(Date.now() + runsForMs);
  try {
    await setMood(modelId, { ...update, expiresAt });
  } catch (error) {
    // On a busy machine it may be over before it begins.
    if (errorCode(error) === 'INVALID_EXPIRES_AT') return setEndedMood(modelId, update, runsForMs * 2);
    throw error;
  }
  await pause(expiresAt.getTime() - Date.now() + 2);
  return expiresAt;
}

async function createStranger(): Promise<string> {
  const [modelId = ''] = await platform.createPerformers();
  return modelId;
}

async function createModel(): Promise<string> {
  const modelId = await createStranger();
  await acceptTerms(deps, modelId, currentTerms.version);
  return modelId;
}

/** What is promised for the end of a model's mood. */
const expiryOf = (modelId: string) =>
  database.query(
    { name: 'expiry-of', text: `SELECT payload->>'version' AS version, due_at FROM outbox WHERE kind = 'mood-expiry' AND model_id = $1` },
    [modelId],
  );

async function forget(modelId: string): Promise<void> {
  await database.query({ name: 'forget', text: `DELETE FROM performers WHERE id = $1` }, [modelId]);
}

/** A registry that has a performer deleted right after it was made known. */
const fleetingRegistry = {
  async register(modelIds: readonly string[]) {
    await deps.registry.register(modelIds);
    for (const modelId of modelIds) await forget(modelId);
  },
};

describe('accepting the terms', () => {
  test('makes a performer known, and counts the first time', async () => {
    const modelId = await createStranger();
    expect(await deps.terms.acceptedAt(modelId, currentTerms.version)).toBeNull();
    const first = await acceptTerms(deps, modelId, currentTerms.version);
    expect(await acceptTerms(deps, modelId, currentTerms.version)).toEqual(first);
    expect(await deps.terms.acceptedAt(modelId, currentTerms.version)).toEqual(first);
    expect(await deps.moods.find(modelId)).toMatchObject({ modelId, version: 0 });
  });

  test('is not for those whom the Performer Service does not know', async () => {
    const modelId = randomUUID();
    await expect(acceptTerms(deps, modelId, currentTerms.version)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect(await deps.moods.find(modelId)).toBeNull();
  });

  test('in another version than the current one is refused', async () => {
    await expect(acceptTerms(deps, await createStranger(), '1999-01')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});

describe('changing a mood', () => {
  test('replaces the whole state, one version after the other, and tells what is left of the hour', async () => {
    const modelId = await createModel();
    const update = {
      moodState: 'positive',
      customMessage: 'Dancing',
      autoRespond: true,
      responseDelay: 30,
      expiresAt: inOneHour(),
    } as const;
    const before = Date.now();
    const first = await setMood(modelId, update);
    expect(first.mood).toEqual({ modelId, version: 1, ...update, lastUpdated: expect.any(Date), updatedBy: 'model' });
    expect(first.allowance).toEqual({ limit: hourlyChangeLimit, remaining: hourlyChangeLimit - 1, resetTime: expect.any(Date) });
    expect(first.allowance?.resetTime.getTime()).toBeGreaterThanOrEqual(before + 3_600_000 - 1_000);
    const second = await setMood(modelId, { moodState: 'negative' });
    expect(second).toMatchObject({ mood: { version: 2, ...neutral, moodState: 'negative' }, allowance: { remaining: 48 } });
    expect(second.allowance?.resetTime).toEqual(first.allowance?.resetTime);
    expect(await readMood(deps, modelId)).toEqual(second.mood);
  });

  test('needs the terms, also for a performer who was not met before', async () => {
    const modelId = await createStranger();
    await expect(setMood(modelId, {})).rejects.toMatchObject({ code: 'TERMS_NOT_ACCEPTED' });
    await expect(setMood(modelId, {})).rejects.toMatchObject({ code: 'TERMS_NOT_ACCEPTED' });
    expect(await readHistory(deps, { role: 'admin', subject: 'x', scopes: new Set() }, modelId, { limit: 20, offset: 0 })).toEqual({
      history: [],
      total: 0,
      next: null,
    });
  });

  test('of a model that does not exist, or goes away meanwhile, is refused', async () => {
    await expect(setMood(randomUUID(), {})).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    const modelId = await createStranger();
    await expect(setMood(modelId, {}, { registry: fleetingRegistry })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  test('of a model that was not met before has to wait while the Performer Service is down; the others go on', async () => {
    const [known, stranger] = [await createModel(), await createStranger()];
    await platform.setFault('performers', 'error');
    await expect(setMood(stranger, {})).rejects.toMatchObject({ name: 'DependencyUnavailable', dependency: 'performer service' });
    expect((await setMood(known, {})).mood.version).toBe(1);
  });

  test('passes exactly 50 times an hour, even when all come at once, and then says when there is room', async () => {
    const modelId = await createModel();
    const begun = Date.now();
    const attempts = Array.from({ length: 60 }, () => setMood(modelId, { moodState: 'positive' }));
    const outcomes = await Promise.allSettled(attempts);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused).toHaveLength(10);
    for (const refusal of refused) {
      expect(refusal).toBeInstanceOf(RateLimitExceeded);
      expect(Math.abs(refusal.resetTime.getTime() - (begun + 3_600_000))).toBeLessThan(30_000);
    }
    const remaining = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.allowance?.remaining] : []));
    expect(remaining.sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect((await readMood(deps, modelId)).version).toBe(50);
  });

  test('by an administrator is not counted, keeps the delay, and the model is told', async () => {
    const modelId = await createModel();
    await setMood(modelId, { moodState: 'positive', responseDelay: 45 });
    const admin = {
      kind: 'admin' as const,
      adminUserId: randomUUID(),
      reason: 'policy',
      reasonCode: 'policy' as const,
      origin: { ipAddress: null, userAgent: null },
    };
    const rules = { hourlyLimit: null, termsVersion: null, holdMinutes: null };
    const outcome = await deps.moods.change(modelId, { ...neutral, responseDelay: null }, admin, rules);
    expect(outcome).toMatchObject({ kind: 'changed', allowance: null, mood: { responseDelay: 45, updatedBy: 'admin', version: 2 } });
    expect((await setMood(modelId, {})).allowance?.remaining).toBe(48);
    const promises = (await deps.outbox.claim(10_000)).filter((promise) => promise.modelId === modelId);
    const told = promises.filter((promise) => promise.kind === 'notification');
    expect(told).toHaveLength(1);
    const notification = await deps.outbox.findNotification(told[0]?.id ?? '');
    expect(notification).toMatchObject({ modelId, type: 'mood_overridden' });
    if (notification === null || notification.type === 'abuse_alert') throw new Error('no notification');
    expect(notificationText(notification)).toContain('policies');
  });

  test.each([
    ['a message with a link', { customMessage: 'see https://example.com' }, 'INVALID_CUSTOM_MESSAGE'],
    ['a message that is too long', { customMessage: 'x'.repeat(201) }, 'INVALID_CUSTOM_MESSAGE'],
    ['an end that is over', { expiresAt: new Date(1) }, 'INVALID_EXPIRES_AT'],
  ])('with %s changes nothing and does not count', async (_what, update, code) => {
    const modelId = await createModel();
    await expect(setMood(modelId, update)).rejects.toMatchObject({ code });
    expect((await setMood(modelId, {})).mood.version).toBe(1);
  });

  test('with an end that the database’s clock has passed is refused, whatever this host takes for the time', async () => {
    for (const skewMs of [-3_600_000, 3_600_000]) {
      const skewed = { clock: () => new Date(Date.now() + skewMs) };
      const modelId = await createModel();
      await expect(setMood(modelId, { expiresAt: new Date(Date.now() - 2_000) }, skewed)).rejects.toMatchObject({
        code: 'INVALID_EXPIRES_AT',
      });
      const expiresAt = new Date(Date.now() + 60_000);
      expect((await setMood(modelId, { expiresAt }, skewed)).mood).toMatchObject({ version: 1, expiresAt });
    }
  });

  test('stores the message as plain text', async () => {
    const { mood } = await setMood(await createModel(), { customMessage: '<b>Hi</b> there' });
    expect(mood.customMessage).toBe('Hi there');
  });
});

describe('reading a mood', () => {
  test('makes a performer known who never set one', async () => {
    const modelId = await createStranger();
    const mood = await readMood(deps, modelId);
    expect(mood).toMatchObject({ modelId, version: 0, ...neutral, updatedBy: 'model' });
    await platform.setFault('performers', 'error');
    expect(await readMood(deps, modelId)).toEqual(mood);
  });

  test('of nobody is refused; of a performer who goes away meanwhile it is neutral', async () => {
    await expect(readMood(deps, randomUUID())).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    const now = new Date();
    const modelId = await createStranger();
    const mood = await readMood({ ...deps, registry: fleetingRegistry, clock: () => now }, modelId);
    expect(mood).toMatchObject({ modelId, version: 0, ...neutral, lastUpdated: now });
  });

  test('fails while the Performer Service is down and nothing is known of the model', async () => {
    const modelId = await createStranger();
    await platform.setFault('performers', 'timeout');
    const impatient = createPerformerDirectory({ baseUrl: sandbox.url, timeoutMs: 100 });
    await expect(readMood({ ...deps, performers: impatient }, modelId)).rejects.toBeInstanceOf(DependencyUnavailable);
  });

  test('whose time is over gives the same answer before and after its reset', async () => {
    const modelId = await createModel();
    const expiresAt = await setEndedMood(modelId, { moodState: 'positive', customMessage: 'Hi', autoRespond: true, responseDelay: 9 });
    const shown = (mood: Mood) => ({ ...mood, version: null });
    const before = await readMood(deps, modelId);
    expect(before).toMatchObject({ ...neutral, lastUpdated: expiresAt });
    expect(await expiryOf(modelId)).toEqual([{ version: '1', due_at: expiresAt }]);

    expect(await deps.moods.expire(modelId, 7)).toEqual({ kind: 'superseded' });
    const reset = await deps.moods.expire(modelId, 1);
    // What the cache is told is what the table says.
    expect(reset).toEqual({ kind: 'reset', mood: await deps.moods.find(modelId) });
    expect(await deps.moods.expire(modelId, 1)).toEqual({ kind: 'superseded' });
    expect(shown(await readMood(deps, modelId))).toEqual(shown(before));
    expect(await expiryOf(modelId)).toEqual([]);
    const { history } = await readHistory(deps, { role: 'model', subject: modelId, scopes: new Set() }, modelId, { limit: 20, offset: 0 });
    expect(history.map((entry) => entry.changedBy)).toEqual(['system', 'model']);
    // It took effect at the end, and was written later.
    expect(history[0]?.changedAt).toEqual(expiresAt);
    expect(history[0]?.recordedAt.getTime()).toBeGreaterThan(expiresAt.getTime());
    expect(history[1]?.recordedAt).toEqual(history[1]?.changedAt);
  });

  test('that still runs is not reset; nor is one without an end, or a newer one', async () => {
    const modelId = await createModel();
    await setMood(modelId, { moodState: 'positive', expiresAt: inOneHour() });
    const outcome = await deps.moods.expire(modelId, 1);
    expect(outcome).toMatchObject({ kind: 'not_due', remainingMs: expect.any(Number) });
    if (outcome.kind === 'not_due') expect(outcome.remainingMs).toBeGreaterThan(3_590_000);
    await setMood(modelId, { moodState: 'negative' });
    expect(await deps.moods.expire(modelId, 1)).toEqual({ kind: 'superseded' });
    expect(await deps.moods.expire(modelId, 2)).toEqual({ kind: 'superseded' });
    expect((await readMood(deps, modelId)).moodState).toBe('negative');
  });
});

describe('reading a page of moods', () => {
  test('gives each once, in the order asked for: set, ended, never set, never met; and names who is not there', async () => {
    const [set, ended, unset, unmet, nobody] = [
      await createModel(),
      await createModel(),
      await createModel(),
      await createStranger(),
      randomUUID(),
    ];
    await setMood(set, { moodState: 'negative' });
    await setEndedMood(ended, { moodState: 'positive' });
    const asked = [unmet, nobody, ended, set, unset, set];
    const { moods, notFound } = await readMoods(deps, asked);
    expect(moods.map((mood) => [mood.modelId, mood.moodState, mood.version])).toEqual([
      [unmet, 'neutral', 0],
      // Its end counts as a change, whether or not it is written yet.
      [ended, 'neutral', 2],
      [set, 'negative', 1],
      [unset, 'neutral', 0],
    ]);
    expect(notFound).toEqual([nobody]);
    expect(moods[0]).toEqual(await readMood(deps, unmet));
  });

  test('asks nobody when all are known, and needs nothing for an empty page', async () => {
    const modelId = await createModel();
    await platform.setFault('performers', 'error');
    expect(await readMoods(deps, [modelId])).toMatchObject({ moods: [{ modelId }], notFound: [] });
    expect(await readMoods(deps, [])).toEqual({ moods: [], notFound: [] });
    await expect(readMoods(deps, [modelId, randomUUID()])).rejects.toBeInstanceOf(DependencyUnavailable);
  });
});

describe('a page of moods while the Performer Service', () => {
  test('gives no answer about one of them: that one is neutral, and the others are read', async () => {
    const [set, unmet, unclear, nobody] = [await createModel(), await createStranger(), await createStranger(), randomUUID()];
    await setMood(set, { moodState: 'positive' });
    const performers = {
      async findPerformer(id: string) {
        if (id === unclear) throw new DependencyUnavailable('performer service');
        return deps.performers.findPerformer(id);
      },
    };
    const page = await readMoodsOrNeutral({ ...deps, performers }, [unclear, set, nobody, unmet]);
    expect(page).toMatchObject({
      moods: [
        { modelId: unclear, moodState: 'neutral' },
        { modelId: set, moodState: 'positive' },
        { modelId: unmet, moodState: 'neutral' },
      ],
      notFound: [nobody],
      degraded: true,
    });
    // It is known from now on.
    await platform.setFault('performers', 'error');
    expect(await readMoods(deps, [unmet])).toMatchObject({ moods: [{ modelId: unmet }] });
  });

  test('answers that somebody exists who has no name: nothing is missing', async () => {
    const [unmet, nameless] = [await createStranger(), await createStranger()];
    const performers = { findPerformer: async (id: string) => ({ id, displayName: id === nameless ? null : 'Sophia' }) };
    expect(await readMoodsOrNeutral({ ...deps, performers }, [nameless, unmet])).toMatchObject({
      moods: [{ modelId: nameless }, { modelId: unmet }],
      degraded: false,
    });
  });
});

describe('reading a history', () => {
  const page = { limit: 20, offset: 0 };

  test('shows past messages to the model itself and to auditors only', async () => {
    const modelId = await createModel();
    await setMood(modelId, { moodState: 'positive', customMessage: 'mine' });
    const seenBy = async (role: 'user' | 'model' | 'admin' | 'service', subject: string, ...scopes: string[]) =>
      (await readHistory(deps, { role, subject, scopes: new Set(scopes) }, modelId, page)).history.map((entry) => entry.customMessage);
    expect(await seenBy('model', modelId)).toEqual(['mine']);
    expect(await seenBy('admin', randomUUID(), 'audit:read')).toEqual(['mine']);
    expect(await seenBy('admin', randomUUID())).toEqual([null]);
    expect(await seenBy('model', randomUUID())).toEqual([null]);
    expect(await seenBy('user', modelId)).toEqual([null]);
    expect(await seenBy('service', modelId)).toEqual([null]);
  });

  test('is empty for a performer without moods, met or not, and refused for nobody', async () => {
    const reader = { role: 'user' as const, subject: randomUUID(), scopes: new Set<string>() };
    const empty = { history: [], total: 0, next: null };
    expect(await readHistory(deps, reader, await createStranger(), page)).toEqual(empty);
    const known = await createModel();
    await platform.setFault('performers', 'error');
    expect(await readHistory(deps, reader, known, page)).toEqual(empty);
    await platform.setFault('performers', 'ok');
    await expect(readHistory(deps, reader, randomUUID(), page)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });
});

/** A message that a user wrote, and the reply that is due for it. */
async function receive(modelId: string, more: Partial<ReceivedMessage> = {}) {
  const [userId = ''] = more.userId === undefined ? await platform.createUsers() : [more.userId];
  const message: ReceivedMessage = {
    messageId: randomUUID(),
    conversationId: randomUUID(),
    modelId,
    userId,
    receivedAt: new Date(),
    senderType: 'user',
    automated: false,
    ...more,
  };
  const outcome = await receiveMessage(deps, message);
  if (outcome.kind === 'ignored') throw new Error(`ignored: ${outcome.reason}`);
  return { message, outcome, id: outcome.autoReplyId };
}

async function createAnsweringModel(update: Partial<MoodSettings> = {}): Promise<string> {
  const modelId = await createModel();
  await setMood(modelId, { moodState: 'positive', autoRespond: true, ...update });
  return modelId;
}

/** The text is chosen at a certain moment; what else happens right then is up to the test. */
const whileChoosing = (happens: () => Promise<unknown>) => ({
  ...deps,
  templates: {
    ...deps.templates,
    async current() {
      const index = await deps.templates.current();
      await happens();
      return index;
    },
  },
});

async function jobOf(id: string) {
  const rows = await database.query<{ queue: string | null; job_id: string | null }>(
    { name: 'job-of', text: `SELECT queue, job_id FROM outbox WHERE id = $1` },
    [id],
  );
  return rows[0] ?? null;
}

async function reasonOf(id: string) {
  const rows = await database.query<{ status: string; reason: string | null }>(
    { name: 'reason-of', text: `SELECT status, reason FROM auto_replies WHERE id = $1` },
    [id],
  );
  return rows[0];
}

describe('receiving a message', () => {
  test('schedules one reply after the delay; a repeated message gets the same answer, another one joins', async () => {
    const modelId = await createAnsweringModel({ responseDelay: 300 });
    const { message, outcome, id } = await receive(modelId);
    expect(outcome).toEqual({ kind: 'scheduled', autoReplyId: id, dueAt: new Date(message.receivedAt.getTime() + 300_000), isDue: false });
    expect(await receiveMessage(deps, message)).toEqual(outcome);
    const { conversationId, userId } = message;
    const next = await receive(modelId, { conversationId, userId });
    expect(next.outcome).toEqual({ kind: 'joined', autoReplyId: id, dueAt: new Date(message.receivedAt.getTime() + 300_000) });
  });

  test('schedules nothing when the mood does not want it, or its time is over', async () => {
    const off = await createModel();
    await expect(receive(off)).rejects.toThrow('auto_respond_off');
    await setEndedMood(off, { autoRespond: true });
    await expect(receive(off)).rejects.toThrow('auto_respond_off');
  });

  test('schedules nothing for what the model answered already, nor during the cooldown', async () => {
    const modelId = await createAnsweringModel();
    const conversationId = randomUUID();
    expect(await deps.autoReplies.answered(conversationId, modelId, new Date())).toBe(0);
    await expect(receive(modelId, { conversationId, receivedAt: new Date(Date.now() - 1_000) })).rejects.toThrow('answered');
    const { id, message } = await receive(modelId);
    await prepareAutoReply(deps, id);
    await deliverAutoReply(deps, id);
    const again = { conversationId: message.conversationId, userId: message.userId };
    await expect(receive(modelId, again)).rejects.toThrow('cooling_down');
  });
});

describe('preparing an automatic reply', () => {
  test('chooses its text by the mood, the user and the model of this moment', async () => {
    const modelId = await createAnsweringModel();
    const [userId = ''] = await platform.createUsers(1, 'gold');
    const { id } = await receive(modelId, { userId });
    await setMood(modelId, { moodState: 'negative', autoRespond: true });
    expect(await prepareAutoReply(deps, id)).toMatchObject({ kind: 'deliver' });
    const name = (await deps.users.findUser(userId))?.displayName;
    expect(await deps.autoReplies.find(id)).toMatchObject({
      status: 'sending',
      text: `I have seen your message, ${name}. I need a little time and will answer later.`,
    });
    const rows = await database.query(
      { name: 'chosen', text: `SELECT mood_state, tier_level, template_id IS NOT NULL AS stored FROM auto_replies WHERE id = $1` },
      [id],
    );
    expect(rows).toEqual([{ mood_state: 'negative', tier_level: 'gold', stored: true }]);
  });

  test.each([['users'], ['performers'], ['users', 'performers']] as Service[][])(
    'does without names while %s %s fails',
    async (...down) => {
      const modelId = await createAnsweringModel();
      const { id, message } = await receive(modelId);
      const name = (await deps.users.findUser(message.userId))?.displayName;
      for (const service of down) await platform.setFault(service, 'error');
      const freshDirectory = createPerformerDirectory({ baseUrl: sandbox.url, timeoutMs: 2_000 });
      expect(await prepareAutoReply({ ...deps, performers: freshDirectory }, id)).toMatchObject({ kind: 'deliver' });
      const reply = await deps.autoReplies.find(id);
      expect(reply?.text).toContain(down.includes('users') ? 'Hey there' : `Hey ${name}`);
      expect(reply?.text).not.toMatch(/[{}]/);
    },
  );

  test('that nobody knows, or that is not due yet, does nothing', async () => {
    expect(await prepareAutoReply(deps, randomUUID())).toEqual({ kind: 'over', reason: 'unknown' });
    const { id } = await receive(await createAnsweringModel({ responseDelay: 300 }));
    const outcome = await prepareAutoReply(deps, id);
    expect(outcome).toEqual({ kind: 'too_early', remainingMs: expect.any(Number) });
    if (outcome.kind === 'too_early') expect(outcome.remainingMs).toBeGreaterThan(290_000);
    expect(await deps.autoReplies.find(id)).toMatchObject({ status: 'pending', text: null });
  });

  test('that is being sent keeps its text', async () => {
    const modelId = await createAnsweringModel();
    const { id } = await receive(modelId);
    await prepareAutoReply(deps, id);
    const first = await deps.autoReplies.find(id);
    await setMood(modelId, { moodState: 'negative', autoRespond: true });
    expect(await prepareAutoReply(deps, id)).toMatchObject({ kind: 'deliver', reply: { id, text: first?.text } });
    expect((await deps.autoReplies.find(id))?.text).toBe(first?.text);
  });

  test.each([
    ['switched off', (modelId: string) => setMood(modelId, { moodState: 'positive' }), 'auto_respond_off'],
    ['over', (modelId: string) => setEndedMood(modelId, { moodState: 'positive', autoRespond: true }), 'mood_expired'],
    ['gone with its model', forget, 'auto_respond_off'],
  ] as const)('is cancelled when the mood is %s by then', async (_how, happens, reason) => {
    const modelId = await createAnsweringModel();
    const { id } = await receive(modelId);
    await happens(modelId);
    expect(await prepareAutoReply(deps, id)).toEqual({ kind: 'over', reason });
    expect(await reasonOf(id)).toEqual({ status: 'cancelled', reason });
    expect(await jobOf(id)).toBeNull();
    expect(await prepareAutoReply(deps, id)).toEqual({ kind: 'over', reason: 'cancelled' });
  });

  test('is cancelled when the model answers while the text is being chosen', async () => {
    const modelId = await createAnsweringModel();
    const { id, message } = await receive(modelId);
    const late = whileChoosing(() => deps.autoReplies.answered(message.conversationId, modelId, new Date()));
    expect(await prepareAutoReply(late, id)).toEqual({ kind: 'over', reason: 'cancelled' });
    expect(await reasonOf(id)).toEqual({ status: 'cancelled', reason: 'answered' });
    expect(await deliverAutoReply(deps, id)).toBe('over');
  });

  test('is cancelled when replies are switched off while the text is being chosen', async () => {
    const modelId = await createAnsweringModel();
    const { id } = await receive(modelId);
    const late = whileChoosing(() => setMood(modelId, { moodState: 'positive' }));
    expect(await prepareAutoReply(late, id)).toEqual({ kind: 'over', reason: 'auto_respond_off' });
  });

  test('is done once when another worker does it at the same time: the text of the first counts', async () => {
    const modelId = await createAnsweringModel();
    const { id } = await receive(modelId);
    let ofTheOther: string | null | undefined;
    const late = whileChoosing(async () => {
      await prepareAutoReply(
        { ...deps, users: { findUser: async (unnamed) => ({ id: unnamed, displayName: null, tier: null, locale: null }) } },
        id,
      );
      ofTheOther ??= (await deps.autoReplies.find(id))?.text;
    });
    expect(await prepareAutoReply(late, id)).toMatchObject({ kind: 'deliver' });
    expect((await deps.autoReplies.find(id))?.text).toBe(ofTheOther);
  });

  test.each([
    ['behind', -3_600_000],
    ['ahead', 3_600_000],
  ])('goes by the database’s clock, though this host’s is %s', async (_name, skewMs) => {
    const skewed = { ...deps, clock: () => new Date(Date.now() + skewMs) };
    const over = await createAnsweringModel();
    const { id: late } = await receive(over);
    await setEndedMood(over, { autoRespond: true });
    expect(await prepareAutoReply(skewed, late)).toEqual({ kind: 'over', reason: 'mood_expired' });
    expect(await reasonOf(late)).toEqual({ status: 'cancelled', reason: 'mood_expired' });

    const lasting = await createAnsweringModel();
    await setMood(lasting, { moodState: 'positive', autoRespond: true, expiresAt: new Date(Date.now() + 600_000) });
    const { id } = await receive(lasting);
    expect(await prepareAutoReply(skewed, id)).toMatchObject({ kind: 'deliver' });
  });
});

describe('delivering an automatic reply', () => {
  async function prepared() {
    const modelId = await createAnsweringModel();
    const { id, message } = await receive(modelId);
    expect(await prepareAutoReply(deps, id)).toMatchObject({ kind: 'deliver' });
    return { id, message, text: (await deps.autoReplies.find(id))?.text };
  }
  const textsIn = async (conversationId: string) => (await platform.automatedMessages(conversationId)).map((message) => message.text);

  test('brings the user one message, forgets the text, and is over then', async () => {
    const { id, message, text } = await prepared();
    expect(await deliverAutoReply(deps, id)).toBe('sent');
    expect(await platform.automatedMessages(message.conversationId)).toMatchObject([
      { senderId: message.modelId, recipientId: message.userId, text, idempotencyKey: id, automated: true },
    ]);
    expect(await deps.autoReplies.find(id)).toMatchObject({ status: 'sent', text: null });
    expect(await jobOf(id)).toBeNull();
    expect(await deliverAutoReply(deps, id)).toBe('over');
    expect(await prepareAutoReply(deps, id)).toEqual({ kind: 'over', reason: 'sent' });
    expect(await textsIn(message.conversationId)).toEqual([text]);
  });

  test('of one that is unknown or not chosen yet sends nothing', async () => {
    expect(await deliverAutoReply(deps, randomUUID())).toBe('over');
    const { id, message } = await receive(await createAnsweringModel());
    expect(await deliverAutoReply(deps, id)).toBe('over');
    expect(await textsIn(message.conversationId)).toEqual([]);
  });

  test.each(['error', 'rate-limited', 'drop-after-effect'] as const)(
    'that meets "%s" at the message service can be repeated: the user gets one message',
    async (fault) => {
      const { id, message, text } = await prepared();
      await platform.setFault('messages', fault);
      for (let attempt = 0; attempt < 2; attempt += 1)
        await expect(deliverAutoReply(deps, id)).rejects.toBeInstanceOf(DependencyUnavailable);
      expect(await deps.autoReplies.find(id)).toMatchObject({ status: 'sending', text });
      await platform.setFault('messages', 'ok');
      expect(await deliverAutoReply(deps, id)).toBe('sent');
      expect(await textsIn(message.conversationId)).toEqual([text]);
    },
  );

  test('that failed for good keeps its text, and can be sent when an operator repeats it', async () => {
    const { id, message, text } = await prepared();
    await deps.autoReplies.fail(id);
    expect(await deps.autoReplies.find(id)).toMatchObject({ status: 'failed', text });
    expect(await prepareAutoReply(deps, id)).toMatchObject({ kind: 'deliver', reply: { text } });
    expect(await deliverAutoReply(deps, id)).toBe('sent');
    expect(await textsIn(message.conversationId)).toEqual([text]);
  });

  test('that the message service refuses for good says so, and is not taken for sent', async () => {
    const { id, message } = await prepared();
    const before = { conversationId: message.conversationId, senderId: message.modelId, recipientId: message.userId, text: 'Another text' };
    await deps.messages.sendMessage(before, id);
    await expect(deliverAutoReply(deps, id)).rejects.toBeInstanceOf(RefusedByService);
    expect(await deps.autoReplies.find(id)).toMatchObject({ status: 'sending' });
  });
});
