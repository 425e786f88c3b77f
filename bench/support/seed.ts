import { currentTerms } from '@mood/domain';
import type { TestDatabase } from '@mood/testing/database';
import type { PlatformClient } from '@mood/testing/platform-client';

const perRequest = 1_000;

/** Makes performers who have accepted the terms and whose mood is set. @returns their ids. */
export async function seedModels(database: TestDatabase, platform: PlatformClient, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push(...(await platform.createPerformers(Math.min(perRequest, count - ids.length))));
  await database.query('INSERT INTO performers (id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING', [ids]);
  await database.query('INSERT INTO mood_terms_acceptances (model_id, terms_version) SELECT unnest($1::uuid[]), $2', [
    ids,
    currentTerms.version,
  ]);
  await database.query(
    `INSERT INTO model_mood_states (model_id, mood_state, custom_message, auto_respond, response_delay, updated_by, version)
      SELECT unnest($1::uuid[]), 'positive', 'Feeling great today!', true, 30, 'model', 1`,
    [ids],
  );
  await database.query('ANALYZE');
  return ids;
}

/** Gives models a data key of the audit log each, which nothing opens. @returns their ids, in the order of the models. */
export async function seedDataKeys(database: TestDatabase, models: readonly string[]): Promise<string[]> {
  const rows = await database.query<{ id: string; model_id: string }>(
    `INSERT INTO audit_data_keys (id, model_id, master_key_id, wrapped_key)
      SELECT uuidv7(), model, 'bench', decode(repeat('00', 61), 'hex') FROM unnest($1::uuid[]) model RETURNING id, model_id`,
    [models],
  );
  const byModel = new Map(rows.map(({ id, model_id }) => [model_id, id]));
  return models.map((model) => byModel.get(model) ?? '');
}

/** Gives every performer so many transitions, of a second each. */
export async function seedHistory(database: TestDatabase, transitions: number): Promise<void> {
  await database.query(
    `INSERT INTO mood_transition_logs (id, model_id, version, previous_state, new_state, changed_by, auto_respond, response_delay, created_at, hash)
      SELECT uuidv7(), p.id, v, (ARRAY['neutral', 'positive', 'negative'])[1 + (v - 1) % 3],
        (ARRAY['neutral', 'positive', 'negative'])[1 + v % 3], 'model', false, 0, to_timestamp(1704067200 + v), sha256(v::text::bytea)
      FROM performers p, generate_series(1, $1::integer) v`,
    [transitions],
  );
  await database.query('VACUUM ANALYZE');
}
