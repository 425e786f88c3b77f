import type { AnalyticsGateway, MessageGateway, PerformerDirectory, UserDirectory } from '@mood/domain';
import type { Watch } from '@mood/runtime';
import type { AuthService } from './auth-service.ts';

// The same services, every call of which `watch` is told.

export const watchPerformers = (performers: PerformerDirectory, watch: Watch): PerformerDirectory => ({
  findPerformer: (modelId) => watch(performers.findPerformer(modelId)),
});

export const watchUsers = (users: UserDirectory, watch: Watch): UserDirectory => ({
  findUser: (userId) => watch(users.findUser(userId)),
});

export const watchMessages = (messages: MessageGateway, watch: Watch): MessageGateway => ({
  sendMessage: (message, idempotencyKey) => watch(messages.sendMessage(message, idempotencyKey)),
  notify: (notification, idempotencyKey) => watch(messages.notify(notification, idempotencyKey)),
});

export const watchAnalytics = (analytics: AnalyticsGateway, watch: Watch): AnalyticsGateway => ({
  trackEvents: (events, idempotencyKey) => watch(analytics.trackEvents(events, idempotencyKey)),
});

/** Fetching keys is not counted: it happens rarely, and a failure shows in the introspections. */
export const watchAuthService = (authService: AuthService, watch: Watch): AuthService => ({
  ...authService,
  isSessionActive: (token) => watch(authService.isSessionActive(token)),
  revoke: (token) => watch(authService.revoke(token)),
});
