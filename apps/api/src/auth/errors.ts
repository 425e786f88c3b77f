import { DomainError } from '@mood/domain';

export type AuthenticationFailure = 'missing' | 'malformed' | 'invalid' | 'expired' | 'revoked';

/** The caller is not authenticated: 401. */
export class NotAuthenticated extends DomainError {
  override readonly name = 'NotAuthenticated';
  readonly reason: AuthenticationFailure;
  /**
   * Whether the token has no valid signature of the auth service. An expired token, or one for another audience, was signed and is no
   * forgery.
   */
  readonly isForgery: boolean;

  /** A more precise reason, in fixed words: for the log, not for the caller. */
  readonly detail: string | undefined;

  constructor(
    reason: AuthenticationFailure,
    message: string,
    { isForgery = reason === 'malformed', detail }: { isForgery?: boolean; detail?: string } = {},
  ) {
    super('UNAUTHORIZED', message);
    this.reason = reason;
    this.detail = detail;
    this.isForgery = isForgery;
  }
}

/** The caller is authenticated and lacks the role or the scope: 403. */
export class NotPermitted extends DomainError {
  override readonly name = 'NotPermitted';

  constructor(message: string) {
    super('UNAUTHORIZED', message);
  }
}
