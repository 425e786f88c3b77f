import { labelOf, noReply } from '@mood/domain';
import type { Experiment, ExperimentDecision, ExperimentPhase, ExperimentStore } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';
import type { RowOf } from '../statement.ts';
import { countExposures, firstOf } from './count-exposures.ts';
import type { ExposureCount } from './count-exposures.ts';
import { stopExperiment } from './stop-experiment.ts';

// A stopped experiment is one, too, though its templates may have left it.
const list = statement(
  'list-experiments',
  { limit: 'integer', offset: 'integer' },
  (_, { limit, offset }) => sql<{ name: string; total: number }>`SELECT name, count(*) OVER () AS total FROM (
      SELECT experiment AS name FROM mood_messaging_templates WHERE experiment IS NOT NULL
      UNION SELECT experiment FROM mood_experiment_phases UNION SELECT experiment FROM mood_experiment_decisions) AS named
    ORDER BY name LIMIT ${limit} OFFSET ${offset}`,
);

const isKnown = statement(
  'experiment-is-known',
  { name: 'text' },
  (_, { name }) => sql<{ known: boolean }>`SELECT EXISTS (SELECT 1 FROM mood_messaging_templates WHERE experiment = ${name})
    OR EXISTS (SELECT 1 FROM mood_experiment_phases WHERE experiment = ${name})
    OR EXISTS (SELECT 1 FROM mood_experiment_decisions WHERE experiment = ${name}) AS known`,
);

const decisionsOf = statement('decisions-of-experiment', { name: 'text' }, (db, { name }) =>
  db.selectFrom('mood_experiment_decisions').selectAll().where('experiment', '=', name).orderBy('revision', 'desc').limit(100),
);

/** The newest phases; of one that was ended, all its variants. */
const shownPhases = 50;

const phasesOf = statement('phases-of-experiment', { name: 'text' }, (db, { name }) =>
  db
    .selectFrom('mood_experiment_phases as p')
    .selectAll()
    .select(sql<Date>`clock_timestamp()`.as('as_of'))
    .where('p.experiment', '=', name)
    .orderBy(sql`p.ended_at IS NULL`, 'desc')
    .orderBy('p.revision', 'desc')
    .orderBy('p.id', 'desc')
    .limit(shownPhases),
);

const variantsOf = statement('variants-of-phase', { phase: 'uuid' }, (db, { phase }) =>
  db
    .selectFrom('mood_experiment_variants as v')
    .leftJoin('mood_template_versions as t', (join) =>
      join.onRef('t.template_id', '=', 'v.template_id').onRef('t.version', '=', 'v.template_version'),
    )
    .select(['v.position', 'v.template_id', 'v.template_version', 'v.weight', 'v.exposed', 'v.engaged', 't.content'])
    .where('v.phase_id', '=', phase)
    .orderBy('v.position'),
);

const addPlan = statement(
  'plan-experiment',
  {
    name: 'text',
    effect: 'double precision',
    size: 'integer',
    holdout: 'double precision',
    minutes: 'integer',
    by: 'uuid | null',
    reason: 'text | null',
  },
  (_, { name, effect, size, holdout, minutes, by, reason }) => sql<never>`INSERT INTO mood_experiment_decisions
      (experiment, kind, planned_effect, planned_size, holdout, within_minutes, decided_by, reason)
    VALUES (${name}, 'plan', ${effect}, ${size}, ${holdout}, ${minutes}, ${by}, ${reason})`,
);

function toDecision(row: RowOf<typeof decisionsOf>): ExperimentDecision {
  const by = { by: row.decided_by, at: row.created_at, reason: row.reason };
  if (row.kind === 'stop') return { ...by, kind: 'stop', winners: row.winners ?? [] };
  const plan = {
    effect: row.planned_effect ?? 0,
    size: row.planned_size ?? 0,
    holdout: row.holdout ?? 0,
    withinMinutes: row.within_minutes ?? 0,
  };
  return { ...by, kind: 'plan', plan };
}

/** Plans, phases and results of experiments. */
export function createExperimentStore(database: Database): ExperimentStore {
  async function countsOf(row: RowOf<typeof phasesOf>, variants: readonly RowOf<typeof variantsOf>[]): Promise<ExposureCount[]> {
    if (row.summed_at === null) return countExposures(database.query, row.id, row.within_minutes);
    const exposed = variants.filter((variant) => (variant.exposed ?? 0) > 0);
    return exposed.map(({ template_id: templateId, exposed: count, engaged }) => ({
      templateId,
      exposed: count ?? 0,
      mature: count ?? 0,
      engaged: engaged ?? 0,
      // Phases that were summed up by a release that did not keep it have the start alone.
      firstAt: row.first_exposed_at ?? row.started_at,
    }));
  }

  async function toPhase(row: RowOf<typeof phasesOf>): Promise<ExperimentPhase> {
    const variants = await variantsOf.run(database.query, { phase: row.id });
    const counts = await countsOf(row, variants);
    return {
      id: row.id,
      moodState: row.mood_state,
      templateType: row.template_type,
      tierLevel: row.tier_level,
      locale: row.locale,
      isPlanned: row.is_planned,
      plan: { effect: row.planned_effect, size: row.planned_size, holdout: row.holdout, withinMinutes: row.within_minutes },
      startedAt: row.started_at,
      endedAt: row.ended_at,
      firstExposedAt: firstOf(counts),
      asOf: row.as_of,
      variants: variants.map((variant) => {
        const { template_id: id, template_version: version, weight, content } = variant;
        const { exposed = 0, mature = 0, engaged = 0 } = counts.find(({ templateId }) => templateId === id) ?? {};
        const template = id === null ? null : { id, version: version ?? 0, weight: weight ?? 0, content: content ?? '' };
        return { label: template === null ? noReply : labelOf(variant.position), template, exposed, mature, engaged };
      }),
    };
  }

  async function read(name: string, onlyOpen: boolean): Promise<Experiment> {
    const decisions = (await decisionsOf.run(database.query, { name })).map(toDecision);
    const rows = await phasesOf.run(database.query, { name });
    const phases: ExperimentPhase[] = [];
    for (const row of rows) if (!onlyOpen || row.ended_at === null) phases.push(await toPhase(row));
    const isRunning = rows.some(({ ended_at: endedAt }) => endedAt === null);
    const state = isRunning ? 'running' : decisions.some(({ kind }) => kind === 'stop') ? 'stopped' : 'idle';
    return { name, state, decisions, phases };
  }

  async function find(name: string): Promise<Experiment | null> {
    const [row] = await isKnown.run(database.query, { name });
    return row?.known === true ? read(name, false) : null;
  }

  return {
    async list({ limit, offset }) {
      const rows = await list.run(database.query, { limit, offset });
      const experiments: Experiment[] = [];
      for (const { name } of rows) experiments.push(await read(name, true));
      return { experiments, total: rows[0]?.total ?? 0 };
    },

    find,

    async plan(name, { effect, size, holdout, withinMinutes }, { changedBy, reason }) {
      const [row] = await isKnown.run(database.query, { name });
      if (row?.known !== true) return false;
      await addPlan.run(database.query, { name, effect, size, holdout, minutes: withinMinutes, by: changedBy, reason });
      return true;
    },

    stop: (name, winners, by) => stopExperiment(database, name, winners, by),
  };
}
