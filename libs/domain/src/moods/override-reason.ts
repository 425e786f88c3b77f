/** Reason codes of an override, shown to the model. The free text of the reason is for the audit log only. */
export const overrideReasonCodes = ['inappropriate_message', 'policy', 'support', 'other'] as const;
export type OverrideReasonCode = (typeof overrideReasonCodes)[number];

/** Longest hold after an override, in minutes. */
export const maxHoldMinutes = 1_440;
