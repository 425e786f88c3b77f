import type { TemplateSource } from '@mood/domain';
import type { Database } from '../database.ts';
import { TemplateEntity } from '../entities/index.ts';

export function createTemplateSource(database: Database): TemplateSource {
  return {
    listActive() {
      return database.work((em) => em.find(TemplateEntity, { active: true }, { orderBy: { id: 'asc' } }));
    },
  };
}
