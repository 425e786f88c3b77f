import type { ContentfulStatusCode } from 'hono/utils/http-status';

export type RefusalCode = 'INVALID_REQUEST' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'AUTO_REPLY_UNAVAILABLE' | 'MOOD_API_UNAVAILABLE';

/** A request that the platform does not carry out. Thrown anywhere in a route, answered as JSON in one place. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: ContentfulStatusCode;
  readonly code: RefusalCode;

  constructor(status: ContentfulStatusCode, code: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}
