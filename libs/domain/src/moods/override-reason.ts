/** Why an administrator changes a mood, in words that the model may read. The free text of the reason is for the record alone. */
export const overrideReasonCodes = ['inappropriate_message', 'policy', 'support', 'other'] as const;
export type OverrideReasonCode = (typeof overrideReasonCodes)[number];

/** Minutes for which an override can keep the model from changing its mood. */
export const maxHoldMinutes = 1_440;
