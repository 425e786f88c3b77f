import { analyticsEventTypes } from '@mood/domain';
import { envMilliseconds, envUrl, setting, weakSecret } from '@mood/runtime';
import { z } from 'zod';

const weakness = (secret: string | undefined) => (secret === undefined ? undefined : weakSecret(secret));

const noEvents = 'none';
const eventTypes = z.enum(
  analyticsEventTypes,
  `expected ${noEvents}, or some of ${analyticsEventTypes.join(', ')}, with commas between them`,
);

/** Base URLs of the platform's services; paths are appended. */
export const platformSettings = {
  userServiceUrl: setting({ env: 'USER_SERVICE_URL', doc: 'base URL of the User Service', schema: envUrl }),
  performerServiceUrl: setting({ env: 'PERFORMER_SERVICE_URL', doc: 'base URL of the Performer Service', schema: envUrl }),
  messageServiceUrl: setting({ env: 'MESSAGE_SERVICE_URL', doc: 'base URL of the Message Service', schema: envUrl }),
  analyticsServiceUrl: setting({ env: 'ANALYTICS_SERVICE_URL', doc: 'base URL of the Analytics Service', schema: envUrl }),
  analyticsEvents: setting({
    env: 'ANALYTICS_EVENTS',
    doc: `the events that the Analytics Service is told of, separated by commas; \`${noEvents}\` for none`,
    schema: z
      .string()
      .transform((text) => (text.trim() === noEvents ? [] : text.split(',').map((name) => name.trim())))
      .pipe(z.array(eventTypes)),
    default: analyticsEventTypes.join(','),
  }),
  serviceTimeoutMs: setting({
    env: 'SERVICE_TIMEOUT_MS',
    doc: 'milliseconds to wait for an answer of another service',
    schema: envMilliseconds,
    default: '3000',
  }),
  serviceToken: setting({
    env: 'SERVICE_TOKEN',
    doc: 'bearer token that this system shows to the platform’s services; none when absent',
    schema: z.string().optional(),
    secret: true,
    weakness,
  }),
};

export const authServiceSettings = {
  authServiceUrl: setting({
    env: 'AUTH_SERVICE_URL',
    doc: 'base URL of the Authentication Service (JWKS, introspection, revocation, and the discovery of its sign-in page)',
    schema: envUrl,
  }),
  authIssuer: setting({
    env: 'AUTH_ISSUER',
    doc: 'the issuer (iss) that tokens must name',
    schema: z.string('expected the issuer').min(1),
  }),
  authAudience: setting({
    env: 'AUTH_AUDIENCE',
    doc: 'the audience (aud) that tokens must name',
    schema: z.string().min(1),
    default: 'mood-messaging',
  }),
  signInScope: setting({
    env: 'SIGN_IN_SCOPE',
    doc: 'the scopes that the panel asks the Authentication Service for when somebody signs in, separated by blanks; its access token has to hold those of this API',
    schema: z.string().regex(/^openid( |$)/, 'expected scopes, openid first'),
    default: 'openid profile offline_access',
  }),
  authClientId: setting({
    env: 'AUTH_CLIENT_ID',
    doc: 'client id for sign-in, token introspection and revocation (HTTP Basic); when absent, introspection is asked without, and the panel signs in as the public client mood-messaging',
    schema: z.string().optional(),
    needs: 'AUTH_CLIENT_SECRET',
  }),
  authClientSecret: setting({
    env: 'AUTH_CLIENT_SECRET',
    doc: 'client secret for sign-in, token introspection and revocation',
    schema: z.string().optional(),
    secret: true,
    weakness,
    needs: 'AUTH_CLIENT_ID',
  }),
};
