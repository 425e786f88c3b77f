import type { Database } from '@mood/db';
import type { PerformerDirectory } from '@mood/domain';
import type { AuthService } from '@mood/platform';
import type { Watch } from '@mood/runtime';

/** The same database, watched. */
export function watchDatabase(database: Database, watch: Watch): Database {
  return {
    ...database,
    query: (statement, values) => watch(database.query(statement, values)),
    transaction: (task) => watch(database.transaction(task)),
    readSnapshot: (task) => watch(database.readSnapshot(task)),
    work: (task) => watch(database.work(task)),
  };
}

export function watchPerformers(performers: PerformerDirectory, watch: Watch): PerformerDirectory {
  return { findPerformer: (modelId) => watch(performers.findPerformer(modelId)) };
}

/** Its keys come once in a while, and without them there is no session to ask about. */
export function watchAuthService(authService: AuthService, watch: Watch): AuthService {
  return { ...authService, isSessionActive: (token) => watch(authService.isSessionActive(token)) };
}
