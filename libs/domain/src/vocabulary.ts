/** The words and bounds of the domain, for what is written in them: light enough for a browser, without packages. */
export { intervals, metricNames, topMetrics } from './analytics/metrics.ts';
export { maxHoldMinutes, overrideReasonCodes } from './moods/override-reason.ts';
export type { OverrideReasonCode } from './moods/override-reason.ts';
export { maxCustomMessageLength, maxResponseDelaySeconds, moodStates } from './moods/mood.ts';
export { ignoreReasons } from './auto-replies/auto-reply.ts';
export { DomainError, errorCodes } from './errors.ts';
export type { ErrorCode } from './errors.ts';
export { flagKeys } from './flags/declared-flags.ts';
export { flagRoles, maxFlagIds } from './flags/flag-rule.ts';
export { maxValueLength, readGivenValue } from './templates/given-values.ts';
export { canonicalLocale, maxLocaleLength } from './templates/locale.ts';
export { draftOf, templateTypes, templateVariables, userTiers } from './templates/template.ts';
export type { Template, TemplateVariable } from './templates/template.ts';
export { currentTerms } from './terms/terms.ts';
export { codePointLength, hasForbiddenCharacters } from './text/characters.ts';
export { describeIssues } from './text/describe-issues.ts';
export { feedbackTopics, maxFeedbackScore } from './feedback/feedback.ts';
export { abuseRules, alertStatuses } from './abuse/alerts.ts';
