import { DomainError } from '@mood/domain';

export type AuthenticationFailure = 'missing' | 'malformed' | 'invalid' | 'expired' | 'revoked';

/** Nobody we know is asking: 401. */
export class NotAuthenticated extends DomainError {
  override readonly name = 'NotAuthenticated';
  readonly reason: AuthenticationFailure;
  /** Whether nobody we know has signed what was shown. A token that has expired or is meant for others was signed all the same. */
  readonly isForgery: boolean;

  /** The reason more precisely, in words of ours: for the log, not for the caller. */
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

/** We know who is asking, and they may not: 403. */
export class NotPermitted extends DomainError {
  override readonly name = 'NotPermitted';

  constructor(message: string) {
    super('UNAUTHORIZED', message);
  }
}
