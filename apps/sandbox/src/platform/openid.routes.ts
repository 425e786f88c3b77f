import { Hono } from 'hono';
import type { Context } from 'hono';
import { z } from 'zod';
import type { CallGate } from './call-gate.ts';
import type { Directory } from './directory.ts';
import { findIdentity, listIdentities } from './identities.ts';
import { createGrants } from './openid-grants.ts';
import { choicePage, choicePolicy, refusalPage } from './openid-page.ts';
import type { PlatformEnv } from './platform-env.ts';
import { signingAlgorithm } from './signing-key.ts';
import type { Tokens } from './tokens.ts';

/** How the mood system names itself. */
export interface OpenidClient {
  id: string;
  secret: string;
}

export interface OpenidDeps {
  gate: CallGate;
  tokens: Tokens;
  directory: Directory;
  issuer: string;
  /** Where browsers find the platform. Absent: where it is called. */
  publicUrl?: string | undefined;
  /** The one client that there is. Absent: any, without a secret. */
  client?: OpenidClient | undefined;
  /** Called after a sign-in was ended, so that it outlives a restart. */
  keep: () => Promise<void>;
}

const pathOfPanel = '/panel/sign-in/callback';
const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** A platform knows the addresses of its clients. This one takes each of this machine with the path of the panel's sign-in. */
export function isRedirectUri(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || !loopback.has(url.hostname)) return false;
  // As it is written: nothing besides scheme, host, port and path.
  return text === `${url.origin}${pathOfPanel}`;
}

const asked = z.object({
  response_type: z.string().default(''),
  client_id: z.string().min(1).max(200),
  redirect_uri: z.string().refine(isRedirectUri),
  scope: z.string().max(1_000).default(''),
  state: z.string().max(1_000).optional(),
  nonce: z.string().max(1_000).optional(),
  code_challenge: z.string().default(''),
  code_challenge_method: z.string().default(''),
});
type Asked = z.output<typeof asked>;

/** An error that the client is told of, at its address (RFC 6749, section 4.1.2.1). */
function faultOf({ response_type, scope, code_challenge, code_challenge_method }: Asked): [error: string, description: string] | undefined {
  if (response_type !== 'code') return ['unsupported_response_type', 'response_type has to be code'];
  if (!scope.split(' ').includes('openid')) return ['invalid_scope', 'scope has to have openid'];
  if (code_challenge_method !== 'S256' || !/^[\w-]{43}$/.test(code_challenge)) {
    return ['invalid_request', 'PKCE is needed: code_challenge, and S256 as code_challenge_method'];
  }
  return undefined;
}

const tokenInput = z.object({
  grant_type: z.string(),
  code: z.string().max(200).default(''),
  redirect_uri: z.string().max(500).default(''),
  code_verifier: z.string().max(200).default(''),
  refresh_token: z.string().max(5_000).default(''),
  client_id: z.string().max(200).optional(),
  client_secret: z.string().max(500).optional(),
});

/** OpenID Connect: people sign in by choosing who they are (authorization code, PKCE). */
export function openidRoutes({ gate, tokens, directory, issuer, publicUrl, client, keep }: OpenidDeps) {
  const grants = createGrants({ tokens, findIdentity: (id) => findIdentity(directory, id) });

  /** @returns the request, or the answer that refuses it. */
  async function readAsked(c: Context): Promise<Asked | Response> {
    const read = asked.safeParse(c.req.query());
    c.header('Cache-Control', 'no-store');
    c.header('Content-Security-Policy', choicePolicy);
    // Never sent back to an address that is not known (RFC 9700, section 4.11).
    if (!read.success)
      return c.html(
        refusalPage(`The program that asked has to name itself, and an address of this machine that ends in ${pathOfPanel}.`),
        400,
      );
    if (client !== undefined && read.data.client_id !== client.id) return c.html(refusalPage('This program is not known here.'), 400);
    const fault = faultOf(read.data);
    return fault === undefined ? read.data : goBack(c, read.data, { error: fault[0], error_description: fault[1] });
  }

  function goBack(c: Context, { redirect_uri: to, state }: Asked, more: Record<string, string>): Response {
    const url = new URL(to);
    for (const [name, value] of Object.entries({ ...more, ...(state !== undefined && { state }), iss: issuer }))
      url.searchParams.set(name, value);
    return c.redirect(url.href, 302);
  }

  /** @returns the client's id; undefined when it is not who it says. */
  function clientOf(c: Context, input: z.output<typeof tokenInput>): string | undefined {
    const basic = /^Basic (.*)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    const [id = '', secret = ''] =
      basic === undefined
        ? [input.client_id, input.client_secret]
        : Buffer.from(basic, 'base64')
            .toString()
            .split(':')
            .map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
    if (client === undefined) return id === '' ? undefined : id;
    return id === client.id && secret === client.secret ? id : undefined;
  }

  return new Hono<PlatformEnv>()
    .get('/.well-known/openid-configuration', gate('auth', 'discovery'), (c) => {
      const { origin } = new URL(c.req.url);
      return c.json({
        issuer,
        authorization_endpoint: `${publicUrl ?? origin}/authorize`,
        token_endpoint: `${origin}/openid/token`,
        jwks_uri: `${origin}/.well-known/jwks.json`,
        introspection_endpoint: `${origin}/oauth/introspect`,
        revocation_endpoint: `${origin}/oauth/revoke`,
        response_types_supported: ['code'],
        grant_types_supported: ['authorization_code', 'refresh_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: [signingAlgorithm],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: client === undefined ? ['none'] : ['client_secret_basic', 'client_secret_post'],
        scopes_supported: ['openid', 'profile', 'offline_access'],
        claims_supported: ['sub', 'name', 'role'],
        authorization_response_iss_parameter_supported: true,
      });
    })
    .get('/authorize', async (c) => {
      const read = await readAsked(c);
      if (read instanceof Response) return read;
      const find = c.req.query('find')?.trim() ?? '';
      return c.html(choicePage({ people: listIdentities(directory, find), find, asked: read }));
    })
    .get('/authorize/as', async (c) => {
      const read = await readAsked(c);
      if (read instanceof Response) return read;
      const identity = findIdentity(directory, c.req.query('subject') ?? '');
      if (identity === undefined) return c.html(refusalPage('Nobody here has this id.'), 404);
      const { client_id: clientId, redirect_uri: redirectUri, code_challenge: challenge, nonce } = read;
      return goBack(c, read, { code: grants.open({ clientId, redirectUri, challenge, nonce, subject: identity.id }) });
    })
    .post('/openid/token', gate('auth', 'token'), async (c) => {
      c.header('Cache-Control', 'no-store');
      const refuse = (status: 400 | 401, error: string, description: string) => c.json({ error, error_description: description }, status);
      const read = tokenInput.safeParse(Object.fromEntries(new URLSearchParams(await c.req.text())));
      if (!read.success) return refuse(400, 'invalid_request', 'the form is not as it should be');
      const input = read.data;
      const clientId = clientOf(c, input);
      if (clientId === undefined) {
        c.header('WWW-Authenticate', 'Basic');
        return refuse(401, 'invalid_client', 'the client is not who it says');
      }
      const { code, redirect_uri: redirectUri, code_verifier: verifier } = input;
      const answer =
        input.grant_type === 'authorization_code'
          ? await grants.redeem(code, { clientId, redirectUri, verifier })
          : input.grant_type === 'refresh_token'
            ? await grants.renew(input.refresh_token, clientId)
            : null;
      if (answer === null) return refuse(400, 'unsupported_grant_type', 'expected authorization_code or refresh_token');
      if (answer !== undefined) return c.json(answer);
      // It may have ended a sign-in.
      await keep();
      return refuse(400, 'invalid_grant', 'the code or refresh token is used up, expired, or another client’s');
    });
}
