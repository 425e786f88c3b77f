/**
 * The mood system refuses the call: `status`, and its error `code`. `status` null: the client did not even ask, because the request
 * is none (`INVALID_REQUEST`).
 */
export class MoodClientError extends Error {
  override readonly name = 'MoodClientError';
  readonly status: number | null;
  readonly code: string;

  constructor(status: number | null, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

/**
 * Why a call was answered without the mood system: no connection (`unreachable`), no answer in time (`timeout`), 5xx
 * (`server-error`), 429 (`rate-limited`), something that is none of its answers (`bad-answer`), or nothing to ask it with (`no-token`).
 */
export type FallbackReason = 'unreachable' | 'timeout' | 'server-error' | 'rate-limited' | 'bad-answer' | 'no-token';

export interface OutageOptions extends ErrorOptions {
  status?: number;
  /** Milliseconds after which a second attempt can go better. Absent: it cannot. */
  retryAfterMs?: number;
}

/** The mood system is not there to answer. Nobody outside sees it thrown: the neutral answer takes its place. */
export class Outage extends MoodClientError {
  readonly reason: FallbackReason;
  readonly retryAfterMs: number | undefined;

  constructor(reason: FallbackReason, message: string, options: OutageOptions = {}) {
    super(options.status ?? null, codeOf[reason], message, options);
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
  }
}

const codeOf: Readonly<Record<FallbackReason, string>> = {
  unreachable: 'UNREACHABLE',
  timeout: 'UNREACHABLE',
  'server-error': 'SYSTEM_ERROR',
  'rate-limited': 'TOO_MANY_REQUESTS',
  'bad-answer': 'SYSTEM_ERROR',
  'no-token': 'TOKEN_UNAVAILABLE',
};
