/** The closed set of error codes that callers can meet (contract: "Error Handling", and docs/decisions.md). */
export const errorCodes = [
  'INVALID_MOOD_STATE',
  'INVALID_CUSTOM_MESSAGE',
  'INVALID_RESPONSE_DELAY',
  'INVALID_EXPIRES_AT',
  'INVALID_TEMPLATE',
  'INVALID_REQUEST',
  'UNAUTHORIZED',
  'TERMS_NOT_ACCEPTED',
  'FEATURE_DISABLED',
  'MODEL_NOT_FOUND',
  'TEMPLATE_NOT_FOUND',
  'EXPERIMENT_NOT_FOUND',
  'ALERT_NOT_FOUND',
  'TEMPLATE_RENDER_FAILED',
  'VERSION_CONFLICT',
  'IDEMPOTENCY_CONFLICT',
  'MOOD_HELD',
  'RATE_LIMIT_EXCEEDED',
  'TOO_MANY_REQUESTS',
  'SYSTEM_ERROR',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** A refusal that a caller can act on. The message is safe to show. HTTP statuses are not the domain's concern. */
export class DomainError extends Error {
  override readonly name: string = 'DomainError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Too many counted mood changes in the rolling hour (contract: Appendix C). */
export class RateLimitExceeded extends DomainError {
  override readonly name = 'RateLimitExceeded';
  /** When the oldest counted change leaves the window. */
  readonly resetTime: Date;

  constructor(resetTime: Date) {
    super('RATE_LIMIT_EXCEEDED', 'Maximum 50 mood changes per hour exceeded');
    this.resetTime = resetTime;
  }
}

/** An administrator set the mood, and the model cannot change it yet. */
export class MoodHeld extends DomainError {
  override readonly name = 'MoodHeld';
  readonly heldUntil: Date;

  constructor(heldUntil: Date) {
    super('MOOD_HELD', `An administrator has set your mood. You can change it again at ${heldUntil.toISOString()}.`);
    this.heldUntil = heldUntil;
  }
}

/**
 * A dependency (database, auth service, performer service …) did not answer; try again later. Whether what it was asked to do was done is not
 * known: the connection may have broken after that.
 */
export class DependencyUnavailable extends DomainError {
  override readonly name: string = 'DependencyUnavailable';
  readonly dependency: string;
  /** Whole seconds after which a retry can succeed, if known. */
  readonly retryAfterSeconds: number | undefined;

  constructor(dependency: string, options: ErrorOptions & { retryAfterSeconds?: number } = {}) {
    super('SYSTEM_ERROR', `The ${dependency} is not available right now. Try again in a few seconds.`, options);
    this.dependency = dependency;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/**
 * The database gave up a statement that took longer than one may. Where the caller decides how much is looked through, asking for less helps,
 * and asking again does not.
 */
export class TookTooLong extends DependencyUnavailable {
  override readonly name = 'TookTooLong';

  constructor(options?: ErrorOptions) {
    super('database', options);
  }
}

/**
 * The system's own database is unreachable or does not answer; not used when it gave up a single statement. The caller's request was not at
 * fault.
 */
export class DatabaseAway extends DependencyUnavailable {
  override readonly name = 'DatabaseAway';

  constructor(options?: ErrorOptions) {
    super('database', options);
  }
}
