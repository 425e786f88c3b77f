import type { StopOutcome } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { toJson } from '../json.ts';
import { anyOf, statement } from '../statement.ts';
import { lockCatalog, setChange } from '../templates/template-rows.ts';

const running = statement('running-variants', { name: 'text' }, (db, { name }) =>
  db
    .selectFrom('mood_experiment_phases as p')
    .innerJoin('mood_experiment_variants as v', 'v.phase_id', 'p.id')
    .innerJoin('mood_messaging_templates as t', 't.id', 'v.template_id')
    .select(['p.id as phase_id', 't.id', 't.priority'])
    .where('p.experiment', '=', name)
    .where('p.ended_at', 'is', null)
    .orderBy('v.position'),
);

const rest = statement('rest-variants', { ids: 'uuid[]' }, (db, { ids }) =>
  db.updateTable('mood_messaging_templates').set({ active: false }).where('id', '=', anyOf(ids)),
);

// All variants stood where the first of them stood by its priority.
const keep = statement(
  'keep-winners',
  { winners: 'json' },
  (_, { winners }) => sql<never>`UPDATE mood_messaging_templates t SET experiment = NULL, priority = w.priority
    FROM json_to_recordset(${winners}) AS w (id uuid, priority integer) WHERE t.id = w.id`,
);

const addStop = statement(
  'stop-experiment',
  { name: 'text', winners: 'jsonb', by: 'uuid | null', reason: 'text | null' },
  (_, { name, winners, by, reason }) => sql<never>`INSERT INTO mood_experiment_decisions (experiment, kind, winners, decided_by, reason)
    VALUES (${name}, 'stop', ${winners}, ${by}, ${reason})`,
);

interface Decider {
  changedBy: string | null;
  reason: string | null;
}

/** See `ExperimentStore.stop`. One transaction, under the catalog's lock: nobody changes variants meanwhile. */
export function stopExperiment(database: Database, name: string, named: readonly string[], by: Decider): Promise<StopOutcome> {
  return database.transaction(async (query): Promise<StopOutcome> => {
    await lockCatalog.run(query, {});
    const places = new Map<string, { id: string; priority: number }[]>();
    for (const { phase_id: phase, id, priority } of await running.run(query, { name }))
      places.set(phase, [...(places.get(phase) ?? []), { id, priority }]);
    if (places.size === 0) return { kind: 'not_running' };

    const wanted = new Set(named);
    const winners: { id: string; priority: number }[] = [];
    for (const variants of places.values()) {
      const [chosen = variants[0], another] = variants.filter(({ id }) => wanted.has(id));
      if (another !== undefined) return { kind: 'no_winner', templateId: another.id };
      if (chosen === undefined) continue;
      winners.push({ id: chosen.id, priority: Math.max(...variants.map(({ priority }) => priority)) });
      wanted.delete(chosen.id);
    }
    const [unknown] = wanted;
    if (unknown !== undefined) return { kind: 'no_winner', templateId: unknown };

    const kept = winners.map(({ id }) => id);
    const losers = [...places.values()].flat().flatMap(({ id }) => (kept.includes(id) ? [] : [id]));
    await setChange.run(query, { by: by.changedBy, reason: by.reason });
    await rest.run(query, { ids: losers });
    await keep.run(query, { winners: toJson(winners) });
    await addStop.run(query, { name, winners: JSON.stringify(kept), by: by.changedBy, reason: by.reason });
    return { kind: 'stopped', winners: kept };
  });
}
