import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AutoReplyStore, PreparedReply, TemplateDraft, TemplateStore } from '@mood/domain';
import { createLogger } from '@mood/runtime';
import { createAutoReplyStore } from '../auto-replies/auto-reply-store.ts';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createTemplateCatalog } from '../templates/template-catalog.ts';
import { bySystem, draftUnderTest } from '../templates/template-draft.fixture.ts';
import { createTemplateStore } from '../templates/template-store.ts';

let opened: DatabaseUnderTest;
let store: TemplateStore;
let replies: AutoReplyStore;
let experiment: string;
let ids: string[];

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  store = createTemplateStore(opened.database);
  replies = createAutoReplyStore(opened.database);
});
/** Two variants of equal weight. */
beforeEach(async () => {
  experiment = `tone-${randomUUID().slice(0, 8)}`;
  const made = [await store.create(variant({ content: 'One' }), bySystem), await store.create(variant({ content: 'Two' }), bySystem)];
  ids = made.map(({ id }) => id);
});
afterAll(() => opened.close());

const variant = (more: Partial<TemplateDraft>) => draftUnderTest({ templateType: 'auto_response', experiment, ...more });

async function update(nth: number, more: Partial<TemplateDraft>): Promise<void> {
  const id = ids[nth] ?? '';
  const known = await store.find(id);
  if (known === null) throw new Error('there is no such variant');
  await store.update(id, { ...known, ...more }, null, bySystem);
}

async function plan(holdout: number): Promise<void> {
  await opened.sql.query(
    `INSERT INTO mood_experiment_decisions (experiment, kind, planned_effect, planned_size, holdout, within_minutes)
     VALUES ($1, 'plan', 0.02, 1000, $2, 60)`,
    [experiment, holdout],
  );
}

/** Each phase as the texts and weights of its variants; `|` ends one that is over. */
async function phases(): Promise<string[]> {
  const { rows } = await opened.sql.query<{ told: string }>(
    `SELECT string_agg(coalesce(t.content || ' ' || v.weight, 'no reply'), ', ' ORDER BY v.position)
        || CASE WHEN p.ended_at IS NULL THEN '' ELSE ' |' END AS told
     FROM mood_experiment_phases p JOIN mood_experiment_variants v ON v.phase_id = p.id
     LEFT JOIN mood_template_versions t ON t.template_id = v.template_id AND t.version = v.template_version
     WHERE p.experiment = $1 GROUP BY p.id ORDER BY p.revision, p.mood_state`,
    [experiment],
  );
  return rows.map(({ told }) => told);
}

describe('an experiment', () => {
  test('begins with its second variant', async () => {
    expect(await phases()).toEqual(['One 1, Two 1']);
    const [{ rows }] = [await opened.sql.query(`SELECT * FROM mood_experiment_phases WHERE experiment = $1`, [experiment])];
    expect(rows).toMatchObject([
      { is_planned: false, planned_effect: 0.01, planned_size: 5_000, holdout: 0, within_minutes: 60, ended_at: null },
    ]);
  });

  test.each<[string, () => Promise<void>, string]>([
    ['a weight', () => update(1, { weight: 3 }), 'One 1, Two 3'],
    ['a text', () => update(0, { content: 'Eins' }), 'Eins 1, Two 1'],
    ['a member', async () => void (await store.create(variant({ content: 'Three' }), bySystem)), 'One 1, Two 1, Three 1'],
    ['a holdout', () => plan(0.05), 'One 1, Two 1, no reply'],
    ['the plan', () => plan(0), 'One 1, Two 1'],
  ])('starts a new phase when %s changes', async (_what, change, after) => {
    await change();
    expect(await phases()).toEqual(['One 1, Two 1 |', after]);
  });

  test('goes on in its phase when nothing of that changes', async () => {
    await update(0, { priority: 500 });
    await store.create(draftUnderTest({ templateType: 'auto_response', content: 'Another' }), bySystem);
    await store.create(variant({ content: 'Rests', active: false }), bySystem);
    expect(await phases()).toEqual(['One 1, Two 1']);
  });

  test('is over when one variant is left, and begins anew with two', async () => {
    await update(1, { active: false });
    expect(await phases()).toEqual(['One 1, Two 1 |']);
    await update(1, { active: true });
    expect(await phases()).toEqual(['One 1, Two 1 |', 'One 1, Two 1']);
    await update(1, { experiment: null });
    expect(await phases()).toEqual(['One 1, Two 1 |', 'One 1, Two 1 |']);
  });

  test('with a holdout needs one variant', async () => {
    await update(1, { active: false });
    await plan(0.1);
    expect((await phases()).at(-1)).toBe('One 1, no reply');
  });

  test('has phases of its own at every place', async () => {
    for (const content of ['Eins', 'Zwei']) await store.create(variant({ content, moodState: 'negative', locale: 'de' }), bySystem);
    expect(await phases()).toEqual(['One 1, Two 1', 'Eins 1, Zwei 1']);
    await update(0, { weight: 2 });
    expect(await phases()).toEqual(['One 1, Two 1 |', 'Eins 1, Zwei 1', 'One 2, Two 1']);
  });

  test('changes once with a file that changes it all, in however many statements', async () => {
    const rows = ids.map((id, nth) => ({ ...variant({ content: `New ${nth}` }), id }));
    const added = variant({ content: 'New 2' });
    await store.importAll([added, ...rows], bySystem, { dryRun: false, progress: () => undefined });
    expect(await phases()).toEqual(['One 1, Two 1 |', 'New 0 1, New 1 1, New 2 1']);
  });
});

describe('a reply', () => {
  let revision: number;
  let modelId: string;

  beforeEach(async () => {
    modelId = randomUUID();
    await opened.sql.query(`INSERT INTO performers (id) VALUES ($1)`, [modelId]);
    await opened.sql.query(
      `INSERT INTO model_mood_states (model_id, mood_state, auto_respond, updated_by, version) VALUES ($1, 'positive', true, 'model', 1)`,
      [modelId],
    );
    revision = await catalogRevision();
  });

  async function catalogRevision(): Promise<number> {
    const { rows } = await opened.sql.query(`SELECT revision::int FROM mood_template_catalog`);
    return rows[0].revision;
  }

  async function schedule(): Promise<string> {
    const rules = { cooldownSeconds: 60, maxLateSeconds: 900, dailyCap: 20 };
    const id = { messageId: randomUUID(), conversationId: randomUUID(), modelId, userId: randomUUID() };
    const intake = await replies.receive({ ...id, receivedAt: new Date(), senderType: 'user', automated: false }, rules, null);
    if (intake.kind !== 'scheduled') throw new Error(intake.kind);
    return intake.autoReplyId;
  }

  const prepared = (at: number, heldOut = false): PreparedReply => ({
    text: 'Two',
    template: { id: ids[1] ?? '', version: 1, experiment },
    moodState: 'positive',
    tier: null,
    exposure: { revision: at, heldOut },
  });

  /** The phase of a reply, by its place among those of the experiment. */
  async function phaseOf(replyId: string): Promise<number | null> {
    const { rows } = await opened.sql.query(
      `SELECT (SELECT count(*)::int FROM mood_experiment_phases b WHERE b.experiment = p.experiment AND b.revision < p.revision) AS nth
       FROM auto_replies a JOIN mood_experiment_phases p ON p.id = a.phase_id WHERE a.id = $1`,
      [replyId],
    );
    return rows[0]?.nth ?? null;
  }

  test('belongs to the phase that its text was chosen in, though another has begun meanwhile', async () => {
    const [early, late, none] = [await schedule(), await schedule(), await schedule()];
    await update(0, { weight: 9 });
    await replies.beginSending(early, prepared(revision));
    await replies.beginSending(late, prepared(await catalogRevision()));
    await replies.beginSending(none, { ...prepared(revision), exposure: undefined });
    expect([await phaseOf(early), await phaseOf(late), await phaseOf(none)]).toEqual([0, 1, null]);
  });

  test('of a template that was no variant then, or after the end, belongs to none', async () => {
    const [before, after] = [await schedule(), await schedule()];
    await replies.beginSending(before, prepared(revision - 1));
    await update(0, { active: false });
    await replies.beginSending(after, prepared(await catalogRevision()));
    expect([await phaseOf(before), await phaseOf(after)]).toEqual([null, null]);
  });

  test('that is held out is cancelled at that moment, its promise with it, and cannot be confirmed', async () => {
    const id = await schedule();
    await plan(0.1);
    const chosen = prepared(await catalogRevision(), true);
    expect(await replies.holdOut(id, chosen)).toBe(true);
    expect(await replies.holdOut(id, chosen)).toBe(false);
    expect(await replies.confirmSent(id)).toBeNull();
    expect(await phaseOf(id)).toBe(1);
    const { rows } = await opened.sql.query(
      `SELECT status, reason, text, template_id, mood_state, held_out_at BETWEEN created_at AND clock_timestamp() AS held,
        (SELECT count(*)::int FROM outbox o WHERE o.id = a.id) AS promises FROM auto_replies a WHERE id = $1`,
      [id],
    );
    expect(rows).toEqual([
      { status: 'cancelled', reason: 'held_out', text: null, template_id: null, mood_state: null, held: true, promises: 0 },
    ]);
  });

  test('is not held out when the mood does not want it any more', async () => {
    const id = await schedule();
    await opened.sql.query(`UPDATE model_mood_states SET auto_respond = false WHERE model_id = $1`, [modelId]);
    expect(await replies.holdOut(id, prepared(revision, true))).toBe(false);
  });
});

test('processes learn of a holdout, of its end, and of the revision, as of a template', async () => {
  const catalog = createTemplateCatalog(opened.database, {
    logger: createLogger({ name: 'phases-test', level: 'silent' }),
    revisions: { follow: () => {} },
  });
  const seen = async () => {
    await catalog.refresh();
    const index = await catalog.current();
    const { rows } = await opened.sql.query(`SELECT revision::int FROM mood_template_catalog`);
    return [index.holdoutOf(experiment), index.revision - rows[0].revision];
  };
  expect(await seen()).toEqual([0, 0]);
  await plan(0.05);
  expect(await seen()).toEqual([0.05, 0]);
  await opened.sql.query(`INSERT INTO mood_experiment_decisions (experiment, kind, winners) VALUES ($1, 'stop', '[]')`, [experiment]);
  expect(await seen()).toEqual([0, 0]);
});

test('decisions are added, and never changed', async () => {
  await plan(0);
  for (const change of ['UPDATE mood_experiment_decisions SET holdout = 0', 'DELETE FROM mood_experiment_decisions'])
    await expect(opened.sql.query(change)).rejects.toThrow('append-only');
});
