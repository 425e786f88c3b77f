import { ContentRefused, RateLimitExceeded } from '@mood/domain';
import type { ProcessCounter } from '@mood/domain';
import { NotAuthenticated, NotPermitted } from '../auth/errors.ts';
import type { RequestWatcher } from '../http/frame.ts';
import { TooManyRefusals } from '../http/refused-writes.ts';
import { routeOf } from '../http/request-log.ts';
import { TooManyRequests } from '../http/request-limit.ts';

/** Counts who was refused what, for analytics: by model, reason or route, never by address. Requests that were answered cost nothing. */
export function countRefusals(counter: ProcessCounter): RequestWatcher {
  return (c) => {
    const { error } = c;
    if (error === undefined) return;
    const principal = c.get('principal');
    const modelId = principal?.role === 'model' ? principal.subject : null;
    if (error instanceof NotAuthenticated) counter.count('auth_failures', error.reason, null);
    else if (error instanceof NotPermitted) counter.count('forbidden', `${c.req.method} ${routeOf(c)}`, null);
    else if (error instanceof ContentRefused) counter.count('content_refusals', error.kind, modelId);
    else if (error instanceof RateLimitExceeded) counter.count('limit_hits', 'changes', modelId);
    else if (error instanceof TooManyRefusals) counter.count('limit_hits', 'refused_requests', modelId);
    else if (error instanceof TooManyRequests && principal !== undefined) counter.count('limit_hits', 'requests', modelId);
  };
}
