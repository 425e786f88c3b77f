import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseTemplateFile } from '@mood/contract/template-file';
import type { TemplateFile } from '@mood/contract/template-file';
import type { Database } from '../database.ts';
import { createTemplateStore } from './template-store.ts';

/** The templates that an empty database begins with: one for every mood and type, and some for gold and platinum users. */
export async function readDefaultTemplates(): Promise<TemplateFile> {
  const text = await readFile(path.join(import.meta.dirname, 'default-templates.json'), 'utf8');
  return parseTemplateFile(JSON.parse(text));
}

/**
 * Gives a database that has never held a template the default set, all or nothing. Two starts at once do not seed twice: the rows
 * have ids of their own.
 * @returns how many were written: 0 when there were templates before.
 */
export async function seedTemplates(database: Database): Promise<number> {
  const store = createTemplateStore(database);
  const { total } = await store.list({}, { limit: 1, offset: 0 });
  if (total > 0) return 0;
  const { templates } = await readDefaultTemplates();
  const change = { changedBy: null, reason: 'default set' };
  const imported = await store.importAll(templates, change, { dryRun: false, progress: () => {} });
  return imported.filter(({ outcome }) => outcome === 'created').length;
}
