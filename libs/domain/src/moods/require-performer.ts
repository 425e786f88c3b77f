import { DomainError } from '../errors.ts';
import type { PerformerDirectory } from '../platform-ports.ts';
import type { PerformerRegistry } from './ports.ts';

export interface PerformerDependencies {
  registry: PerformerRegistry;
  performers: PerformerDirectory;
}

export function modelNotFound(modelId: string): DomainError {
  return new DomainError('MODEL_NOT_FOUND', `No model has the ID ${modelId}.`);
}

/**
 * Registers a performer if the Performer Service knows it. Happens once per performer.
 * @throws DomainError MODEL_NOT_FOUND; DependencyUnavailable when the service does not answer.
 */
export async function requirePerformer(deps: PerformerDependencies, modelId: string): Promise<void> {
  if ((await deps.performers.findPerformer(modelId)) === null) throw modelNotFound(modelId);
  await deps.registry.register([modelId]);
}
