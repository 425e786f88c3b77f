import { ApiError } from '../../api/api.ts';
import { lengthInWords } from '../../time/format.ts';
import { shortMoment } from '../../time/short-moment.ts';
import { mood as said } from '../../words/en/mood.ts';

/** Where on the page a refusal belongs. */
export type Place = 'message' | 'delay' | 'end' | 'save';

export interface Refusal {
  place: Place;
  text: string;
}

/** Says in words for a model why her mood was not set, and what to do. @param now milliseconds since 1970. */
export function explainRefusal(error: unknown, now: number): Refusal {
  if (!(error instanceof ApiError)) return { place: 'save', text: said.refused.unclear };
  const { refused } = said;
  const at = (field: string) => {
    const moment = error.body[field];
    return typeof moment === 'string' ? ([shortMoment(moment, now), lengthInWords(Date.parse(moment) - now)] as const) : undefined;
  };
  const save = (text: string): Refusal => ({ place: 'save', text });
  switch (error.code) {
    case 'OFFLINE':
      return save(refused.offline);
    case 'INVALID_CUSTOM_MESSAGE':
      return { place: 'message', text: error.message };
    case 'INVALID_RESPONSE_DELAY':
      return { place: 'delay', text: said.delayProblem };
    case 'INVALID_EXPIRES_AT':
      return { place: 'end', text: said.pickOver };
    case 'TERMS_NOT_ACCEPTED':
      return save(refused.terms);
    case 'FEATURE_DISABLED':
      return save(refused.disabled);
    case 'RATE_LIMIT_EXCEEDED': {
      const reset = at('resetTime');
      return save(reset === undefined ? refused.rateLimitNow : refused.rateLimit(...reset));
    }
    case 'MOOD_HELD': {
      const until = at('heldUntil');
      return save(until === undefined ? error.message : refused.held(...until));
    }
    case 'VERSION_CONFLICT':
      return save(refused.conflict);
    case 'TOO_MANY_REQUESTS':
      return save(refused.tooMany);
    case 'UNAUTHORIZED':
      return save(error.status === 401 ? refused.signedOut : refused.forbidden);
    case 'SYSTEM_ERROR':
    case 'INVALID_REQUEST':
    case 'INVALID_MOOD_STATE':
    case 'MODEL_NOT_FOUND':
    case 'IDEMPOTENCY_CONFLICT':
    case 'INVALID_TEMPLATE':
    case 'TEMPLATE_NOT_FOUND':
    case 'TEMPLATE_RENDER_FAILED':
    case 'EXPERIMENT_NOT_FOUND':
    case 'ALERT_NOT_FOUND':
      if (error.status === 401) return save(refused.signedOut);
      return save(error.mayPass ? refused.unclear : refused.other(error.message));
  }
}
