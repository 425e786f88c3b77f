import type { PerformerRegistry } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';

const register = statement('register-performers', { modelIds: 'uuid[]' }, (db, { modelIds }) =>
  db
    .insertInto('performers')
    .columns(['id'])
    .expression(sql`SELECT unnest(${modelIds})`)
    .onConflict((conflict) => conflict.column('id').doNothing()),
);

export function createPerformerRegistry(database: Database): PerformerRegistry {
  return {
    async register(modelIds) {
      if (modelIds.length > 0) await register.run(database.query, { modelIds });
    },
  };
}
