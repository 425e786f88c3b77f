/**
 * What a message is made from: a template of the tier itself, one for every tier, one of the neutral mood or a built-in text (automatic replies
 * alone), or nothing, so that the platform sends a text of its own.
 */
export const coverageAnswers = ['tier', 'any_tier', 'neutral_mood', 'built_in', 'nothing'] as const;
export type CoverageAnswer = (typeof coverageAnswers)[number];
