import type { PerformerDirectory, UserDirectory } from '@mood/domain';
import type { AuthService } from '@mood/platform';
import type { Watch } from '@mood/runtime';

export function watchPerformers(performers: PerformerDirectory, watch: Watch): PerformerDirectory {
  return { findPerformer: (modelId) => watch(performers.findPerformer(modelId)) };
}

export function watchUsers(users: UserDirectory, watch: Watch): UserDirectory {
  return { findUser: (userId) => watch(users.findUser(userId)) };
}

/** Fetching keys is not counted: it happens rarely, and a failure shows in the introspections. */
export function watchAuthService(authService: AuthService, watch: Watch): AuthService {
  return {
    ...authService,
    isSessionActive: (token) => watch(authService.isSessionActive(token)),
    revoke: (token) => watch(authService.revoke(token)),
  };
}
