import {
  createAuthService,
  createPerformerDirectory,
  createSignIn,
  createUserDirectory,
  watchAuthService,
  watchPerformers,
  watchUsers,
} from '@mood/platform';
import type { authServiceSettings, platformSettings } from '@mood/platform';
import { notConfigured } from '@mood/runtime';
import type { DependencyMetrics, Logger, SettingValues } from '@mood/runtime';
import { createServiceHealth } from './ops/service-health.ts';

/** How long a user's tier is cached for rendering, in milliseconds. */
const userTtlMs = 60_000;

type Settings = Omit<SettingValues<typeof authServiceSettings & typeof platformSettings>, 'analyticsServiceUrl'>;

export interface PlatformServicesOptions {
  /** The API asks the Analytics Service for nothing but its health, if it is named at all. */
  settings: Settings & { analyticsServiceUrl?: string | undefined };
  dependencyMetrics: DependencyMetrics;
  logger: Logger;
}

/** The platform's services that the API asks, each watched by metrics and by `/health`. */
export function connectPlatformServices({ settings, dependencyMetrics, logger }: PlatformServicesOptions) {
  const { serviceTimeoutMs: timeoutMs, analyticsServiceUrl } = settings;
  const health = {
    auth: createServiceHealth('auth', settings.authServiceUrl),
    users: createServiceHealth('users', settings.userServiceUrl),
    performers: createServiceHealth('performers', settings.performerServiceUrl),
    messages: createServiceHealth('messages', settings.messageServiceUrl),
  };
  const authService = {
    baseUrl: settings.authServiceUrl,
    timeoutMs,
    clientId: settings.authClientId,
    clientSecret: settings.authClientSecret,
    logger,
  };
  const directory = (name: 'performers' | 'users') => ({
    timeoutMs,
    authorization: settings.serviceToken && `Bearer ${settings.serviceToken}`,
    onOddField: dependencyMetrics.countOddFields(name),
    onOutcome: health[name].onOutcome,
    logger,
  });
  return {
    auth: watchAuthService(createAuthService({ ...authService, onOutcome: health.auth.onOutcome }), dependencyMetrics.watchService('auth')),
    signIn: createSignIn({
      ...authService,
      issuer: settings.authIssuer,
      scope: settings.signInScope,
      watch: dependencyMetrics.watchService('auth'),
    }),
    performers: watchPerformers(
      createPerformerDirectory({ ...directory('performers'), baseUrl: settings.performerServiceUrl }),
      dependencyMetrics.watchService('performers'),
    ),
    users: watchUsers(
      createUserDirectory({ ...directory('users'), baseUrl: settings.userServiceUrl, foundMs: userTtlMs }),
      dependencyMetrics.watchService('users'),
    ),
    /** For `/health`. */
    probes: {
      authService: health.auth.probe,
      userService: health.users.probe,
      performerService: health.performers.probe,
      messageService: health.messages.probe,
      analyticsService: analyticsServiceUrl === undefined ? notConfigured : createServiceHealth('analytics', analyticsServiceUrl).probe,
    },
  };
}
