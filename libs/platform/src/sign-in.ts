import { DependencyUnavailable } from '@mood/domain';
import type { Logger, Watch } from '@mood/runtime';
import * as openid from 'openid-client';
import { z } from 'zod';
import { createServiceClient } from './service-client.ts';
import { createServicePolicy } from './service-policy.ts';

/** What the browser's answer is held against. Kept for the person who signs in, out of reach for everybody else. */
export interface SignInSecrets {
  state: string;
  nonce: string;
  /** PKCE (RFC 7636). */
  verifier: string;
}

export interface SignedIn {
  accessToken: string;
  /** Absent when the platform gives none: the session ends with the access token. */
  refreshToken?: string | undefined;
  /** Of the ID token; absent when a refresh gave none. */
  subject?: string | undefined;
  name?: string | undefined;
}

/** The platform's sign-in page, by OpenID Connect: authorization code with PKCE. */
export interface SignIn {
  /** @returns where to send the browser. @throws DependencyUnavailable. */
  begin(redirectUri: string): Promise<{ url: string; secrets: SignInSecrets }>;
  /**
   * @param callback the address at which the browser came back, with its query.
   * @throws SignInRefused; DependencyUnavailable.
   */
  finish(callback: URL, secrets: SignInSecrets): Promise<SignedIn>;
  /** @throws SignInRefused when the sign-in has ended; DependencyUnavailable. */
  refresh(refreshToken: string): Promise<SignedIn>;
}

/** The sign-in went wrong, or was given up. A new one may do better. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';
}

export interface SignInOptions {
  baseUrl: string;
  issuer: string;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  scope: string;
  timeoutMs: number;
  logger: Logger;
  watch: Watch;
}

/** What this system calls itself where no client id was agreed on. */
const ownName = 'mood-messaging';
/** How long what the platform says of itself is believed, in milliseconds. */
const maxAgeMs = 600_000;
const service = 'authentication service';

/** What is used of the discovery document (OpenID Connect Discovery, section 3). */
const metadataSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  id_token_signing_alg_values_supported: z.array(z.string()).default(['RS256']),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
});

/** Nothing is asked of the platform before somebody signs in: this process starts, and works, without it. */
export function createSignIn({
  baseUrl,
  issuer,
  clientId = ownName,
  clientSecret,
  scope,
  timeoutMs,
  logger,
  watch,
}: SignInOptions): SignIn {
  const client = createServiceClient({ service, baseUrl, timeoutMs, logger });
  const policy = createServicePolicy({ service, timeoutMs, logger });
  let known: { configuration: openid.Configuration; at: number } | undefined;

  async function discover(): Promise<openid.Configuration> {
    const metadata = await client.ask({ method: 'GET', path: ['.well-known', 'openid-configuration'] }, metadataSchema);
    if (metadata === null) throw unusable('it has no /.well-known/openid-configuration');
    if (metadata.issuer !== issuer) throw unusable(`its issuer is ${metadata.issuer}; AUTH_ISSUER says ${issuer}`);
    const authentication = clientSecret === undefined ? openid.None() : openid.ClientSecretBasic(clientSecret);
    const configuration = new openid.Configuration(metadata, clientId, {}, authentication);
    if (new URL(baseUrl).protocol === 'http:') openid.allowInsecureRequests(configuration);
    openid.enableNonRepudiationChecks(configuration);
    configuration[openid.customFetch] = (url, options) => policy.tell((signal) => send(url, options, signal));
    return configuration;
  }

  async function configured(): Promise<openid.Configuration> {
    const age = known === undefined ? Infinity : performance.now() - known.at;
    if (known !== undefined && age <= maxAgeMs) return known.configuration;
    try {
      const configuration = await discover();
      known = { configuration, at: performance.now() };
      return configuration;
    } catch (error) {
      if (known !== undefined) return known.configuration;
      throw error;
    }
  }

  return {
    async begin(redirectUri) {
      const configuration = await configured();
      const secrets = { state: openid.randomState(), nonce: openid.randomNonce(), verifier: openid.randomPKCECodeVerifier() };
      const url = openid.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope,
        state: secrets.state,
        nonce: secrets.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(secrets.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, secrets };
    },

    async finish(callback, { state, nonce, verifier }) {
      const configuration = await configured();
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      return watch(outcomeOf(openid.authorizationCodeGrant(configuration, callback, checks)));
    },

    async refresh(refreshToken) {
      const configuration = await configured();
      return watch(outcomeOf(openid.refreshTokenGrant(configuration, refreshToken)));
    },
  };
}

const unusable = (problem: string) => new DependencyUnavailable(service, { cause: new Error(problem) });

/** Statuses that mean "try again later". */
const laterStatuses = new Set([408, 425, 429]);

async function send(url: string, options: openid.CustomFetchOptions, signal: AbortSignal): Promise<Response> {
  try {
    const { body, headers, method } = options;
    const answer = await fetch(url, { body: body ?? null, headers, method, redirect: 'manual', signal });
    if (answer.status >= 500 || laterStatuses.has(answer.status)) throw new Error(`${service} answered ${answer.status}`);
    // Read here, while the time limit runs.
    return new Response(await answer.arrayBuffer(), { status: answer.status, headers: answer.headers });
  } catch (error) {
    throw new DependencyUnavailable(service, { cause: error });
  }
}

type Answer = Pick<Awaited<ReturnType<typeof openid.refreshTokenGrant>>, 'access_token' | 'refresh_token' | 'claims'>;

async function outcomeOf(grant: Promise<Answer>): Promise<SignedIn> {
  try {
    const answer = await grant;
    const claims = answer.claims();
    const name = claims?.['name'];
    return {
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token,
      subject: claims?.sub,
      name: typeof name === 'string' ? name : undefined,
    };
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    for (const one of [error, cause]) if (one instanceof DependencyUnavailable) throw one;
    throw new SignInRefused(`The platform did not sign you in (${codeOf(error)}).`, { cause: error });
  }
}

/** The code of OAuth, such as access_denied, or of the library. Never what came with it. */
function codeOf(error: unknown): string {
  const isFromPlatform = error instanceof openid.ResponseBodyError || error instanceof openid.AuthorizationResponseError;
  const code = isFromPlatform ? error.error : error instanceof openid.ClientError ? error.code : undefined;
  return code !== undefined && /^\w{1,60}$/.test(code) ? code : 'unknown';
}
