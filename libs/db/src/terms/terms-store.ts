import type { TermsStore } from '@mood/domain';
import type { Database } from '../database.ts';
import { TermsAcceptanceEntity } from '../entities/index.ts';

export const acceptTerms = { name: 'accept-terms', text: `SELECT accept_terms($1, $2) AS accepted_at` };

export function createTermsStore(database: Database): TermsStore {
  return {
    acceptedAt(modelId, version) {
      return database.work(async (em) => {
        const acceptance = await em.findOne(TermsAcceptanceEntity, { modelId, termsVersion: version });
        return acceptance?.acceptedAt ?? null;
      });
    },
    async accept(modelId, version) {
      const [row] = await database.query<{ accepted_at: Date }>(acceptTerms, [modelId, version]);
      if (row === undefined) throw new Error('accept_terms returned no row');
      return row.accepted_at;
    },
  };
}
