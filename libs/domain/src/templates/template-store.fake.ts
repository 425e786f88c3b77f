import type { ImportedTemplate, ImportOptions, ImportRow, TemplateSource, TemplateStore } from './ports.ts';
import { createTemplateIndex } from './template-index.ts';
import { templateUnderTest } from './template.fixture.ts';
import type { Template, TemplateChange, TemplateDraft } from './template.ts';

async function notAsked(): Promise<never> {
  throw new Error('nothing here asks this of the store');
}

/** Keeps templates in memory, remembers who wrote what, and counts how often a process was brought up to date. */
export function createTemplatesUnderTest(first: readonly Template[] = []) {
  const stored = new Map(first.map((template) => [template.id, template]));
  const changes: { change: TemplateChange; drafts: readonly (TemplateDraft | ImportRow)[]; dryRun?: boolean }[] = [];
  let refreshes = 0;

  function store(draft: TemplateDraft, before: Template | undefined): Template {
    const template = before === undefined ? templateUnderTest(draft) : { ...before, ...draft, version: before.version + 1 };
    stored.set(template.id, template);
    return template;
  }

  const templateStore: TemplateStore = {
    async create(draft, change) {
      changes.push({ change, drafts: [draft] });
      return store(draft, undefined);
    },
    async update(id, draft, expectedVersion, change) {
      const before = stored.get(id);
      if (before === undefined) return { kind: 'not_found' };
      if (expectedVersion !== null && expectedVersion !== before.version) return { kind: 'stale', currentVersion: before.version };
      changes.push({ change, drafts: [draft] });
      return { kind: 'changed', template: store(draft, before) };
    },
    async rollBack(id, version, change) {
      const before = stored.get(id);
      if (before === undefined || version > before.version) return null;
      changes.push({ change, drafts: [before] });
      return store(before, before);
    },
    async importAll(rows: readonly ImportRow[], change: TemplateChange, { dryRun, progress }: ImportOptions): Promise<ImportedTemplate[]> {
      changes.push({ change, drafts: rows, dryRun });
      await progress('written', rows.length, rows.length);
      return rows.map((row, nth) => ({ id: row.id ?? `new-${nth}`, outcome: 'created' }));
    },
    candidates: async (moodState, templateType) =>
      [...stored.values()].filter((template) => template.moodState === moodState && template.templateType === templateType),
    all: async () => [...stored.values()],
    async *batches() {
      yield [...stored.values()];
    },
    find: notAsked,
    list: notAsked,
    versions: notAsked,
    findVersion: notAsked,
    usage: notAsked,
  };
  const templates: TemplateSource = {
    current: async () => createTemplateIndex(stored.values()),
    async refresh() {
      refreshes++;
    },
  };
  return { templateStore, templates, changes, refreshes: () => refreshes };
}
