import { sql } from 'kysely';
import { createTemplateIndex, inspectTemplates } from '@mood/domain';
import type { Template, TemplateSource } from '@mood/domain';
import type { Logger } from '@mood/runtime';
import type { Database } from '../database.ts';
import type { RevisionWatch } from '../revision-watch.ts';
import { statement } from '../statement.ts';
import { templateColumns, toTemplate } from './template-rows.ts';
import type { TemplateRow } from './template-rows.ts';

// One row when nothing has changed: the revision alone.
const changesSince = {
  name: 'template-changes',
  text: `SELECT c.revision AS catalog_revision, ${templateColumns('t')}
    FROM mood_template_catalog c LEFT JOIN mood_messaging_templates t ON t.revision > $1`,
};

/** In the order of the decisions: the last about an experiment counts. */
const decisionsSince = statement('experiment-decisions', { known: 'bigint', latest: 'bigint' }, (db, { known, latest }) =>
  db
    .selectFrom('mood_experiment_decisions')
    .select(['experiment', 'holdout'])
    .where(sql<boolean>`revision > ${known} AND revision <= ${latest}`)
    .orderBy('revision'),
);

type ChangeRow = ({ catalog_revision: number } & TemplateRow) | ({ catalog_revision: number } & { [K in keyof TemplateRow]: null });

export interface TemplateCatalogOptions {
  logger: Logger;
  /** Looks for changes while it runs. */
  revisions: Pick<RevisionWatch, 'follow'>;
}

/**
 * Keeps the active templates in memory and reads what has changed when their revision has grown. While the database is down it goes on
 * with what it has. There is no message between processes that could be lost.
 */
export function createTemplateCatalog(database: Database, { logger, revisions }: TemplateCatalogOptions): TemplateSource {
  let index = createTemplateIndex();
  /** null before the first load. */
  let revision: number | null = null;
  let loading: Promise<void> | undefined;
  /** Starts when `loading` is over, and sees what was committed meanwhile. */
  let next: Promise<void> | undefined;

  async function changesAfter(known: number): Promise<{ latest: number; changed: Template[] }> {
    const rows = await database.query<ChangeRow>(changesSince, [known]);
    const [first] = rows;
    if (first === undefined) throw new Error('mood_template_catalog is empty');
    return { latest: first.catalog_revision, changed: rows.flatMap((row) => (row.id === null ? [] : [toTemplate(row)])) };
  }

  async function holdoutsAfter(known: number, latest: number): Promise<[experiment: string, share: number][]> {
    const rows = await decisionsSince.run(database.query, { known, latest });
    return rows.map(({ experiment, holdout }) => [experiment, holdout ?? 0]);
  }

  async function load(): Promise<void> {
    const known = revision ?? 0;
    let found = await changesAfter(known);
    if (found.latest < known) {
      logger.warn({ known, found: found.latest }, 'the database was set back: loading every template anew');
      // What is in memory serves until everything else is there.
      found = await changesAfter(0);
    }
    // An import changes thousands at once: reading them is what takes long.
    const inspections = await inspectTemplates(found.changed);
    const holdouts = found.latest === revision ? [] : await holdoutsAfter(found.latest < known ? 0 : known, found.latest);
    if (found.latest < known) index = createTemplateIndex();
    for (const { id, version } of index.apply(found.changed, inspections)) {
      logger.warn({ templateId: id, version }, 'this template cannot be read and is left out: save it anew');
    }
    index.advance(found.latest, holdouts);
    revision = found.latest;
  }

  function loadNow(): Promise<void> {
    loading = load().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  /** A load that is under way may have begun too early to see what the caller knows of. */
  function refresh(): Promise<void> {
    if (loading === undefined) return loadNow();
    next ??= loading
      .catch(() => {})
      .then(() => {
        next = undefined;
        // One at a time: of two loads side by side the older could come last. One that began meanwhile is as good.
        return loading ?? loadNow();
      });
    return next;
  }

  revisions.follow('templates', async (found) => {
    if (found !== revision) await (loading ?? loadNow());
  });

  return {
    refresh,
    async current() {
      if (revision === null) await (loading ?? loadNow());
      return index;
    },
  };
}
