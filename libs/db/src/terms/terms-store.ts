import type { TermsStore } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';

const acceptTerms = statement(
  'accept-terms',
  { modelId: 'uuid', version: 'text' },
  (_, { modelId, version }) => sql<{ accepted_at: Date }>`SELECT accept_terms(${modelId}, ${version}) AS accepted_at`,
);

const acceptance = statement('terms-acceptance', { modelId: 'uuid', version: 'text' }, (db, { modelId, version }) =>
  db.selectFrom('mood_terms_acceptances').select('accepted_at').where('model_id', '=', modelId).where('terms_version', '=', version),
);

export function createTermsStore(database: Database): TermsStore {
  return {
    async acceptedAt(modelId, version) {
      const [row] = await acceptance.run(database.query, { modelId, version });
      return row?.accepted_at ?? null;
    },
    async accept(modelId, version) {
      const [row] = await acceptTerms.run(database.query, { modelId, version });
      if (row === undefined) throw new Error('accept_terms returned no row');
      return row.accepted_at;
    },
  };
}
