import { DependencyUnavailable } from './errors.ts';
import type { UserTier } from './templates/template.ts';

/** The platform's services as this system uses them. Every call throws `DependencyUnavailable` when the service does not answer. */
export interface PerformerDirectory {
  /**
   * @returns null when the Performer Service knows no such performer; a name of null when it has none that can be read. `timeZone` is an
   * IANA name.
   */
  findPerformer(modelId: string): Promise<{ id: string; displayName: string | null; timeZone?: string } | null>;
}

export interface UserFacts {
  id: string;
  displayName: string | null;
  tier: UserTier | null;
  locale: string | null;
  timeZone?: string;
}

export interface UserDirectory {
  /**
   * @returns null when the User Service knows no such user; a field is null when it is missing or unreadable. `locale` is a canonical BCP
   * 47 tag, `timeZone` an IANA name.
   */
  findUser(userId: string): Promise<UserFacts | null>;
}

/** The Message Service. Repeating a call with its `idempotencyKey` is harmless. */
export interface MessageGateway {
  sendMessage(
    message: { conversationId: string; senderId: string; recipientId: string; text: string },
    idempotencyKey: string,
  ): Promise<void>;
  notify(notification: { recipientId: string; type: string; text: string }, idempotencyKey: string): Promise<void>;
}

/** Events for the analytics service (contract: "Analytics Integration"). `eventId` identifies repeats. */
export interface AnalyticsEvent {
  eventId: string;
  eventType: string;
  /** null: it is about no model. */
  modelId: string | null;
  timestamp: string;
  [detail: string]: string | number | boolean | null;
}

export interface AnalyticsGateway {
  trackEvents(events: readonly AnalyticsEvent[], idempotencyKey: string): Promise<void>;
}

/** The service refused the call for good: a retry cannot help. */
export class RefusedByService extends Error {
  override readonly name = 'RefusedByService';
  /** Whether the thing that the call is about does not exist, or no longer (404, 410). */
  readonly isGone: boolean;

  constructor(message: string, options: ErrorOptions & { isGone?: boolean } = {}) {
    super(message, options);
    this.isGone = options.isGone ?? false;
  }
}

/** Looks up a performer for a message; an outage must not stop the message. @returns null also when the service does not answer. */
export async function knownOrNull<T>(lookup: Promise<T | null>): Promise<T | null> {
  try {
    return await lookup;
  } catch (error) {
    if (error instanceof DependencyUnavailable) return null;
    throw error;
  }
}
