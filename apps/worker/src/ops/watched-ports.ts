import type { AnalyticsGateway, MessageGateway, PerformerDirectory, UserDirectory } from '@mood/domain';
import type { DependencyMetrics } from '@mood/runtime';

export interface PlatformPorts {
  users: UserDirectory;
  performers: PerformerDirectory;
  messages: MessageGateway;
  analytics: AnalyticsGateway;
}

/** The same services of the platform, watched. */
export function watchPlatform({ users, performers, messages, analytics }: PlatformPorts, metrics: DependencyMetrics): PlatformPorts {
  const watch = {
    users: metrics.watchService('users'),
    performers: metrics.watchService('performers'),
    messages: metrics.watchService('messages'),
    analytics: metrics.watchService('analytics'),
  };
  return {
    users: { findUser: (userId) => watch.users(users.findUser(userId)) },
    performers: { findPerformer: (modelId) => watch.performers(performers.findPerformer(modelId)) },
    messages: {
      sendMessage: (message, idempotencyKey) => watch.messages(messages.sendMessage(message, idempotencyKey)),
      notify: (notification, idempotencyKey) => watch.messages(messages.notify(notification, idempotencyKey)),
    },
    analytics: { trackEvents: (events, idempotencyKey) => watch.analytics(analytics.trackEvents(events, idempotencyKey)) },
  };
}
