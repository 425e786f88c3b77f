import { currentTerms } from '@mood/domain';
import type { TestDatabase } from '../../tests/support/database.ts';
import type { PlatformClient } from '../../tests/support/platform-client.ts';

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
