import { defaultTemplates, parseTemplate, templateVariablesOf } from '@mood/domain';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../database.ts';
import { TemplateEntity, TemplateVersionEntity } from '../entities/index.ts';

/**
 * Gives a database that has never held a template the default set, all or nothing.
 * @returns how many were written: 0 when there were templates before.
 */
export function seedTemplates(database: Database): Promise<number> {
  return database.work((em) =>
    em.transactional(async (tx) => {
      // Two starts at once must not seed twice.
      await tx
        .getConnection()
        .execute(`LOCK TABLE mood_messaging_templates IN SHARE ROW EXCLUSIVE MODE`, [], 'run', tx.getTransactionContext());
      if ((await tx.count(TemplateEntity)) > 0) return 0;
      const seeds = defaultTemplates.map((template) => ({ id: uuidv7(), template }));
      await tx.insertMany(
        TemplateEntity,
        seeds.map(({ id, template }) => ({
          ...template,
          id,
          variables: templateVariablesOf(parseTemplate(template.content)),
          createdBy: null,
        })),
      );
      await tx.insertMany(
        TemplateVersionEntity,
        seeds.map(({ id, template }) => ({ ...template, templateId: id, version: 1, changedBy: null, reason: 'default set' })),
      );
      return defaultTemplates.length;
    }),
  );
}
