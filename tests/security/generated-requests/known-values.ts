import fc from 'fast-check';
import type { Stack } from '@mood/testing/stack';
import { saveTemplate } from '@mood/testing/templates';
import type { Schema } from './operations.ts';
import type { KnownValues } from './schema-values.ts';

const mostly = <T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: other });
const someId = (ids: readonly string[]) => mostly(fc.constantFrom(...ids), fc.uuid());
const texts = fc.oneof(fc.constantFrom('Feeling great today!', 'I <3 you & me', '💖'.repeat(20)), fc.string({ maxLength: 30 }));

/** A moment, a day or a number of a version, as the schema has it. */
const bound =
  (day: string, version: number) =>
  ({ type, format }: Schema): fc.Arbitrary<unknown> => {
    if (type === 'integer') return mostly(fc.constant(version), fc.integer({ min: 1, max: 3 }));
    return fc.constant(format === 'date' ? day : `${day}T00:00:00.000Z`);
  };

/**
 * Makes people, moods, overrides and templates, and names them, so that generated requests find something.
 * @param models performers who are known and have accepted the terms.
 */
export async function makeKnownValues(stack: Stack, models: readonly string[]): Promise<KnownValues> {
  const admin = await stack.platform.token('admin');
  const performers = await stack.platform.createPerformers(5);
  const users = await stack.platform.createUsers(5, 'gold');
  const templates: string[] = [];
  const draft = { moodState: 'positive', templateType: 'greeting', content: 'Hi {{userName|there}}!' };
  for (const tierLevel of ['free', 'gold', null]) {
    const { id, version } = await saveTemplate(stack, admin, { ...draft, tierLevel });
    await saveTemplate(stack, admin, { ...draft, tierLevel, id, version, content: 'Hello {{userName|there}}!' });
    templates.push(id);
  }
  // Each can be stopped once.
  const experiments = Array.from({ length: 12 }, (_, nth) => `tone-${nth}`);
  for (const experiment of experiments) {
    for (const content of ['Back soon!', 'One moment.'])
      await saveTemplate(stack, admin, { ...draft, templateType: 'auto_response', content, experiment });
  }
  // Under the ids that are known: each operation takes the id of what it is about.
  for (const id of templates) {
    await stack.database.query(
      `INSERT INTO abuse_alerts (id, model_id, rule, threshold, count, peak, opened_at, last_seen_at, closed_at)
        VALUES ('${id}', '${models[0]}', 'changes', 1, 1, 1, now(), now(), now())`,
    );
  }
  for (const modelId of models.slice(0, 3)) {
    await stack.api.post(
      `/api/v1/admin/mood/${modelId}/update`,
      { moodState: 'positive', expiresAt: '2190-01-01T00:00:00Z', reason: 'a first mood' },
      admin,
    );
  }
  const { body: page } = await stack.api.get('/api/v1/admin/mood/audit?limit=1', admin);
  const modelId = someId([...models, ...performers]);

  return {
    modelId: () => modelId,
    modelIds: () => fc.array(modelId, { minLength: 1, maxLength: 5 }).map((ids) => ids.join(',')),
    ids: () => fc.array(someId([...models, ...users]), { minLength: 1, maxLength: 5 }).map((ids) => ids.join(',')),
    userId: () => someId(users),
    id: () => someId(templates),
    q: () => modelId.chain((known) => fc.integer({ min: 1, max: known.length }).map((length) => known.slice(0, length))),
    cursor: () => fc.constant(page.nextCursor),
    version: (schema) => (schema.type === 'string' ? fc.constant(schema.example) : mostly(fc.constant(1), fc.integer({ min: 1, max: 5 }))),
    from: bound('2026-01-01', 1),
    to: bound('2199-01-01', 2),
    content: () =>
      fc.constantFrom('Hello!', 'Hi {{userName|there}} 💖', '{{customMessage|Hello}} {{time}}', '{{currency}}{{amount|some}} & <3'),
    // One that switches nothing: others would refuse what the rest of the requests do.
    key: () => fc.constant('panel.queues'),
    expectedVersion: () => fc.constant(null),
    reason: () => fc.constantFrom('the wording confused users', 'support asked for it'),
    customMessage: () => texts,
    expiresAt: () => fc.constantFrom('2199-06-01T12:00:00Z', '2199-06-01T12:00:00.5+02:00'),
    name: () => mostly(fc.constantFrom(...experiments), fc.constant('no-such-experiment')),
    plannedEffect: () => fc.constantFrom(0.01, 0.02, 0.5),
    baseline: () => fc.constantFrom(0.1, 0.2),
    holdout: () => fc.constantFrom(0, 0.05, 0.5),
    holdMinutes: () => mostly(fc.constant(0), fc.constant(1)),
    locale: () => fc.constantFrom('fr', 'fr-CA', 'de', 'zh-Hant-TW', 'none'),
    timeZone: () => fc.constantFrom('UTC', 'Europe/Paris', 'America/St_Johns'),
  };
}
