import { DependencyUnavailable } from '@mood/domain';
import type { AuthService } from '@mood/platform';
import { errors, jwtVerify } from 'jose';
import type { JWTVerifyOptions, JWTVerifyResult } from 'jose';
import { z } from 'zod';
import { NotAuthenticated } from './errors.ts';
import { roles } from './principal.ts';
import type { Principal } from './principal.ts';

export interface TokenRules {
  issuer: string;
  audience: string;
}

export interface VerifiedToken {
  principal: Principal;
  expiresAt: Date;
}

/** Seconds by which the clocks of the auth service and of this host may differ. */
const clockToleranceSeconds = 30;
/** The last second that JavaScript's dates can hold. */
const maxSeconds = 8.64e12;

/** RFC 9068 access tokens, or plain JWTs. Other kinds (ID tokens, for example) are refused. */
const headerSchema = z.object({
  typ: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['at+jwt', 'application/at+jwt', 'jwt'])),
});

const uuidRoles = new Set(['model', 'user', 'admin']);
const seconds = z.number().max(maxSeconds);
/**
 * Every claim of RFC 7519 and RFC 9068 must have its specified form, or the token is refused: a validly signed token may still hold
 * anything.
 */
const claimsSchema = z
  .object({
    iss: z.string(),
    aud: z.union([z.string(), z.array(z.string())]),
    sub: z.string().min(1).max(200),
    exp: seconds,
    nbf: seconds.optional(),
    iat: seconds.optional(),
    jti: z.string().optional(),
    role: z.enum(roles),
    scope: z.string().optional(),
  })
  .refine((claims) => !uuidRoles.has(claims.role) || z.guid().safeParse(claims.sub).success);

const notForUs = (isForgery: boolean, detail: string) =>
  new NotAuthenticated('invalid', 'The token is not valid for this service.', { isForgery, detail });

/** For the log: which claim was refused, and so which setting to check. */
const claimDetails: Readonly<Record<string, string>> = {
  iss: 'wrong issuer',
  aud: 'wrong audience',
  nbf: 'not valid yet',
  exp: 'no valid expiry',
  sub: 'no subject',
  iat: 'no valid time of issue',
};

/** The problem with a token whose signature cannot be accepted. */
function signatureDetail(error: unknown): string {
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad signature';
  if (error instanceof errors.JWKSNoMatchingKey) return 'signed with a key that the auth service does not have';
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) return 'algorithm that is not accepted';
  return 'signature that cannot be checked';
}

/** Maps an error of `jose`. Everything that is not listed means that the token cannot be parsed. */
function refusal(error: unknown): NotAuthenticated {
  if (error instanceof errors.JWTExpired) return new NotAuthenticated('expired', 'The token has expired. Sign in again.');
  // `jose` checks claims after the signature, so this token was signed by the auth service.
  if (error instanceof errors.JWTClaimValidationFailed) return notForUs(false, claimDetails[error.claim] ?? 'wrong claims');
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
    return new NotAuthenticated('malformed', 'The bearer token is not a JWT.');
  return notForUs(true, signatureDetail(error));
}

/**
 * Checks a JWT's signature (EdDSA, ES256 or RS256 by JWKS), issuer, audience, times and type.
 * @throws NotAuthenticated, whatever the token holds; DependencyUnavailable when the keys cannot be had, or that of the token not yet.
 */
export async function verifyToken(token: string, { keys }: Pick<AuthService, 'keys'>, rules: TokenRules): Promise<VerifiedToken> {
  const options = {
    issuer: rules.issuer,
    audience: rules.audience,
    algorithms: ['EdDSA', 'ES256', 'RS256'],
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ['exp', 'sub'],
  };
  try {
    return read(await verifySignature(token, keys, options));
  } catch (error) {
    if (error instanceof NotAuthenticated || error instanceof DependencyUnavailable) throw error;
    throw refusal(error);
  }
}

async function verifySignature(token: string, keys: AuthService['keys'], options: JWTVerifyOptions): Promise<JWTVerifyResult> {
  const verify = async () => {
    try {
      return await jwtVerify(token, keys.find, options);
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      return verifyByAnyOf(error, token, options);
    }
  };
  try {
    return await verify();
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed && (await keys.renew())) return verify();
    throw error;
  }
}

/** Tries every candidate key: for tokens without a key id, and for key ids that several keys share. */
async function verifyByAnyOf(
  candidates: errors.JWKSMultipleMatchingKeys,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  for await (const key of candidates) {
    try {
      return await jwtVerify(token, key, options);
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

function read({ payload, protectedHeader }: JWTVerifyResult): VerifiedToken {
  const claims = claimsSchema.safeParse(payload);
  if (!headerSchema.safeParse(protectedHeader).success) throw notForUs(false, 'not an access token');
  if (!claims.success) throw notForUs(false, 'wrong claims');
  const { role, sub, scope, exp } = claims.data;
  return {
    principal: { role, subject: uuidRoles.has(role) ? sub.toLowerCase() : sub, scopes: new Set(scope?.split(' ').filter(Boolean)) },
    expiresAt: new Date(exp * 1_000),
  };
}
