export type { Actor, RequestOrigin } from './audit/actor.ts';
export type { AutoReply, IntakeOutcome, PreparedReply, ReceivedMessage } from './auto-replies/auto-reply.ts';
export { deliverAutoReply } from './auto-replies/deliver-auto-reply.ts';
export type { AutoReplyStore } from './auto-replies/ports.ts';
export { prepareAutoReply } from './auto-replies/prepare-auto-reply.ts';
export { receiveMessage } from './auto-replies/receive-message.ts';
export { DependencyUnavailable, DomainError, errorCodes, RateLimitExceeded } from './errors.ts';
export type { ErrorCode } from './errors.ts';
export { changeMood, hourlyChangeLimit } from './moods/change-mood.ts';
export {
  defaultMoodSettings,
  effectiveMood,
  maxCustomMessageLength,
  maxResponseDelaySeconds,
  moodStates,
  neverSetMood,
} from './moods/mood.ts';
export type { ChangedBy, Mood, MoodAuthor, MoodSettings, MoodState } from './moods/mood.ts';
export type {
  ChangeAllowance,
  ChangeOutcome,
  ChangeRules,
  ExpiryOutcome,
  HistoryPage,
  MoodStore,
  MoodTransition,
  PerformerRegistry,
} from './moods/ports.ts';
export { readHistory } from './moods/read-history.ts';
export { readMood, readMoods } from './moods/read-mood.ts';
export { notificationTexts } from './outbox/notification-texts.ts';
export type {
  MoodChangedEvent,
  NotificationType,
  OutboxPromise,
  OutboxStore,
  OverduePromise,
  PendingNotification,
} from './outbox/ports.ts';
export { RefusedByService } from './platform-ports.ts';
export type { AnalyticsEvent, AnalyticsGateway, MessageGateway, PerformerDirectory, UserDirectory } from './platform-ports.ts';
export { defaultTemplates } from './templates/default-templates.ts';
export { parseTemplate } from './templates/parse-template.ts';
export type { TemplateSource } from './templates/ports.ts';
export { templateVariablesOf } from './templates/render-template.ts';
export { templateTypes, templateVariables, userTiers } from './templates/template.ts';
export type { Template, TemplateType, TemplateVariable, UserTier } from './templates/template.ts';
export { acceptTerms } from './terms/accept-terms.ts';
export { currentTerms } from './terms/terms.ts';
export type { Terms, TermsStore } from './terms/terms.ts';
export type { ContentPolicy, PolicyFinding } from './text/content-policy.ts';
