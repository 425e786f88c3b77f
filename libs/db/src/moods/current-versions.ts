import { anyOf, statement } from '../statement.ts';

/** The versions of moods as they are stored. No row for a model that never set one. */
export const currentVersions = statement('current-versions', { modelIds: 'uuid[]' }, (db, { modelIds }) =>
  db.selectFrom('model_mood_states').select(['model_id', 'version']).where('model_id', '=', anyOf(modelIds)),
);
