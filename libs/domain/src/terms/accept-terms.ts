import { DomainError } from '../errors.ts';
import { requirePerformer } from '../moods/require-performer.ts';
import type { PerformerDependencies } from '../moods/require-performer.ts';
import { currentTerms } from './terms.ts';
import type { TermsStore } from './terms.ts';

/**
 * A model accepts the current terms, which it must before its first mood. Repeating it changes nothing.
 * @returns when they were first accepted.
 * @throws DomainError INVALID_REQUEST when another version is named, MODEL_NOT_FOUND. Contract: "Terms of Service".
 */
export async function acceptTerms(deps: PerformerDependencies & { terms: TermsStore }, modelId: string, version: string): Promise<Date> {
  if (version !== currentTerms.version) {
    throw new DomainError(
      'INVALID_REQUEST',
      `The current terms have version ${currentTerms.version}. Read them (GET /api/v1/mood/terms) and accept that version.`,
    );
  }
  await requirePerformer(deps, modelId);
  return deps.terms.accept(modelId, version);
}
