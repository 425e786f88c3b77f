import type { OverrideReasonCode } from '../moods/override-reason.ts';

/** The origin of a request, for the audit log only. Both fields are sealed at rest. */
export interface RequestOrigin {
  ipAddress: string | null;
  userAgent: string | null;
}

/**
 * Who changes a mood. The audit log records it with every transition. A mood that ends is reset by the system itself (`MoodStore.expire`).
 */
export type Actor =
  | { kind: 'model'; modelId: string; origin: RequestOrigin }
  | { kind: 'admin'; adminUserId: string; reason: string; reasonCode: OverrideReasonCode; origin: RequestOrigin };
