import type { PerformerRegistry } from '@mood/domain';
import type { Database } from '../database.ts';
import { PerformerEntity } from '../entities/index.ts';

export function createPerformerRegistry(database: Database): PerformerRegistry {
  return {
    async register(modelIds) {
      if (modelIds.length === 0) return;
      const rows = modelIds.map((id) => ({ id }));
      await database.work((em) => em.upsertMany(PerformerEntity, rows, { onConflictAction: 'ignore' }));
    },
  };
}
