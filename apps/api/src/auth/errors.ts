import { DomainError } from '@mood/domain';

export type AuthenticationFailure = 'missing' | 'malformed' | 'invalid' | 'expired' | 'revoked';

/** Nobody we know is asking: 401. */
export class NotAuthenticated extends DomainError {
  override readonly name = 'NotAuthenticated';
  readonly reason: AuthenticationFailure;

  constructor(reason: AuthenticationFailure, message: string) {
    super('UNAUTHORIZED', message);
    this.reason = reason;
  }
}

/** We know who is asking, and they may not: 403. */
export class NotPermitted extends DomainError {
  override readonly name = 'NotPermitted';

  constructor(message: string) {
    super('UNAUTHORIZED', message);
  }
}
