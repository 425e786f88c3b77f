import { DependencyUnavailable } from '@mood/domain';
import type { AuthService } from '@mood/platform';
import { errors, jwtVerify } from 'jose';
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
/** RFC 9068 access tokens, or plain JWTs. ID tokens and the like are not for us. */
const acceptedTypes = new Set(['at+jwt', 'application/at+jwt', 'jwt']);

const uuidRoles = new Set(['model', 'user', 'admin']);
const claimsSchema = z
  .object({ sub: z.string().min(1).max(200), exp: z.number(), role: z.enum(roles), scope: z.string().optional() })
  .refine((claims) => !uuidRoles.has(claims.role) || z.guid().safeParse(claims.sub).success);

/** Errors of `jose` that speak of the token. What else it throws speaks of the key service. */
function refusal(error: unknown): NotAuthenticated | undefined {
  if (error instanceof errors.JWTExpired) return new NotAuthenticated('expired', 'The token has expired. Sign in again.');
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
    return new NotAuthenticated('malformed', 'The bearer token is not a JWT.');
  if (
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported
  ) {
    return new NotAuthenticated('invalid', 'The token is not valid for this service.');
  }
  return undefined;
}

/**
 * Checks a JWT's signature (EdDSA, ES256 or RS256 by JWKS), issuer, audience, times and type.
 * @throws NotAuthenticated; DependencyUnavailable when the keys cannot be had.
 */
export async function verifyToken(token: string, authService: Pick<AuthService, 'keys'>, rules: TokenRules): Promise<VerifiedToken> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, authService.keys, {
      issuer: rules.issuer,
      audience: rules.audience,
      algorithms: ['EdDSA', 'ES256', 'RS256'],
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ['exp', 'sub'],
    });
    const claims = claimsSchema.safeParse(payload);
    if (!acceptedTypes.has((protectedHeader.typ ?? '').toLowerCase()) || !claims.success) {
      throw new NotAuthenticated('invalid', 'The token is not valid for this service.');
    }
    const { role, sub, scope, exp } = claims.data;
    return {
      principal: { role, subject: uuidRoles.has(role) ? sub.toLowerCase() : sub, scopes: new Set(scope?.split(' ').filter(Boolean)) },
      expiresAt: new Date(exp * 1_000),
    };
  } catch (error) {
    if (error instanceof NotAuthenticated) throw error;
    throw refusal(error) ?? new DependencyUnavailable('authentication service', { cause: error });
  }
}
