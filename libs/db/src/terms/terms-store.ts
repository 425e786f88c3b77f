import type { TermsStore } from '@mood/domain';
import type { Database } from '../database.ts';
import { TermsAcceptanceEntity } from '../entities/index.ts';

export function createTermsStore(database: Database): TermsStore {
  return {
    acceptedAt(modelId, version) {
      return database.work(async (em) => {
        const acceptance = await em.findOne(TermsAcceptanceEntity, { modelId, termsVersion: version });
        return acceptance?.acceptedAt ?? null;
      });
    },
    accept(modelId, version) {
      return database.work(async (em) => {
        await em.upsert(TermsAcceptanceEntity, { modelId, termsVersion: version }, { onConflictAction: 'ignore' });
        const acceptance = await em.fork().findOneOrFail(TermsAcceptanceEntity, { modelId, termsVersion: version });
        return acceptance.acceptedAt;
      });
    },
  };
}
