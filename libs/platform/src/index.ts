export { createAuthService } from './auth-service.ts';
export type { AuthService } from './auth-service.ts';
export { createPerformerDirectory, createUserDirectory } from './directory.ts';
export { createAnalyticsGateway, createMessageGateway } from './gateways.ts';
export { authServiceSettings, platformSettings } from './settings.ts';
export { createSignIn, SignInRefused } from './sign-in.ts';
export type { SignedIn, SignIn, SignInSecrets } from './sign-in.ts';
export { watchAnalytics, watchAuthService, watchMessages, watchPerformers, watchUsers } from './watched-ports.ts';
