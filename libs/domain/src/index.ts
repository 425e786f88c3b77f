export { abuseRules, alertText } from './abuse/alerts.ts';
export type { AbuseAlert, AbuseRule, AbuseThresholds, AlertStore } from './abuse/alerts.ts';
export type { ProcessCounter, RenderedCounter } from './analytics/process-counts.ts';
export { metricOf, metrics, metricNames, topMetrics } from './analytics/metrics.ts';
export type { Metric, MetricName, TopMetric } from './analytics/metrics.ts';
export { localTime } from './analytics/periods.ts';
export type { Period } from './analytics/periods.ts';
export type {
  Adoption,
  AnalyticsReader,
  AuditState,
  EndedMoods,
  MoodsNow,
  OwnReplies,
  Slice,
  Sum,
  TemplateUses,
} from './analytics/ports.ts';
export { facts } from './analytics/facts.ts';
export type { Fact } from './analytics/facts.ts';
export { rankModels } from './analytics/rank-models.ts';
export type { Ranking } from './analytics/rank-models.ts';
export { readInsights } from './analytics/read-insights.ts';
export type { Insights } from './analytics/read-insights.ts';
export { readSeries } from './analytics/read-series.ts';
export type { Series } from './analytics/read-series.ts';
export { takeStock } from './analytics/take-stock.ts';
export type { Stock } from './analytics/take-stock.ts';
export { summarise } from './analytics/summarise.ts';
export type { Summary } from './analytics/summarise.ts';
export type { Actor, RequestOrigin } from './audit/actor.ts';
export type { AuditAccess, AuditFilter } from './audit/access-record.ts';
export type { AuditChain, AuditEntry, AuditLog, AuditPage, SealedDetails } from './audit/ports.ts';
export { exportAuditLog, readAuditLog } from './audit/read-audit-log.ts';
export type { AuditReading } from './audit/read-audit-log.ts';
export { accessToSealed, mayOpen, sealedScope } from './audit/sealed-access.ts';
export type { SealedAccess, SealedReader } from './audit/sealed-access.ts';
export { heldOutReason, ignoreReasons } from './auto-replies/auto-reply.ts';
export type {
  AutoReply,
  AutoReplyRules,
  CancelReason,
  Carrier,
  ChosenReply,
  ConflictingReport,
  IgnoreReason,
  IntakeOutcome,
  IntakeRules,
  PreparedReply,
  ReceivedMessage,
} from './auto-replies/auto-reply.ts';
export { deliverAutoReply, deliverChosenReply, giveUpAutoReply } from './auto-replies/deliver-auto-reply.ts';
export type { AutoReplyStore, ClosedReply } from './auto-replies/ports.ts';
export { prepareAutoReply } from './auto-replies/prepare-auto-reply.ts';
export type { PrepareOutcome } from './auto-replies/prepare-auto-reply.ts';
export { readReplies } from './auto-replies/read-replies.ts';
export type { LoggedReply, ReplyLog } from './auto-replies/read-replies.ts';
export { receiveMessage } from './auto-replies/receive-message.ts';
export { answerConversation, intakeOutcomes, replyOutcomes } from './auto-replies/reply-outcomes.ts';
export type { OnReplyOutcome, ReplyOutcome } from './auto-replies/reply-outcomes.ts';
export { DatabaseAway, DependencyUnavailable, DomainError, errorCodes, MoodHeld, RateLimitExceeded, TookTooLong } from './errors.ts';
export type { ErrorCode } from './errors.ts';
export { fewAtATime } from './few-at-a-time.ts';
export { declaredFlags, flagKeys } from './flags/declared-flags.ts';
export type { FlagKey } from './flags/declared-flags.ts';
export { evaluateRule, flagRoles, isSameForAll, maxFlagIds, ruleOf } from './flags/flag-rule.ts';
export type { FlagRule, FlagSubject } from './flags/flag-rule.ts';
export type { FlagHistoryPage, Flags, FlagStore, FlagUpdate, SetFlag } from './flags/ports.ts';
export { flagsAreKeptElsewhere, flagsKeptElsewhere, listFlags, setFlag } from './flags/set-flag.ts';
export type { FlagState } from './flags/set-flag.ts';
export { planExperiment, readExperiment, stopExperiment } from './experiments/decide-experiment.ts';
export { judgePhase, proportionOf } from './experiments/judge-phase.ts';
export { defaultPlan, labelOf, noReply } from './experiments/phase.ts';
export type { CountedVariant, ExperimentPhase, ExperimentPlan } from './experiments/phase.ts';
export type { Experiment, ExperimentDecision, ExperimentStore, StopOutcome } from './experiments/ports.ts';
export { compareByPosterior } from './experiments/statistics/posterior.ts';
export { wilson } from './experiments/statistics/proportions.ts';
export type { BesideCache, CacheableMoods, CacheLease, CacheState, CacheUser } from './moods/cache-ports.ts';
export { changeMood, hourlyChangeLimit, updatesAreOff } from './moods/change-mood.ts';
export type { ChangedMood, OnMoodChange } from './moods/change-mood.ts';
export { extendMood } from './moods/extend-mood.ts';
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
  HistoryRange,
  MoodStore,
  MoodTransition,
  PerformerRegistry,
} from './moods/ports.ts';
export { readMoodNews, writeMoodNews } from './moods/mood-news.ts';
export type { MoodNews, MoodNewsPublisher, MoodVersions } from './moods/mood-news.ts';
export { overrideMood } from './moods/override-mood.ts';
export type { MoodOverride } from './moods/override-mood.ts';
export { maxHoldMinutes, overrideReasonCodes } from './moods/override-reason.ts';
export type { OverrideReasonCode } from './moods/override-reason.ts';
export type { ChangesLeft, ListedModel, ModelFilter, ModelPage, ModelStanding, MoodNotice, MoodOverview } from './moods/overview-ports.ts';
export { readHistory } from './moods/read-history.ts';
export { plainName, readNames } from './names.ts';
export { readModelDetails } from './moods/read-model-details.ts';
export type { ModelDetails } from './moods/read-model-details.ts';
export { listModels, readOwnMood } from './moods/read-own-mood.ts';
export { maxMoodVersion, moodSchema } from './moods/mood-schema.ts';
export { readMood, readMoodOrNeutral, readMoods, readMoodsOrNeutral } from './moods/read-mood.ts';
export type { KnownMood } from './moods/read-mood.ts';
export { asSeenBy, asUsersSee } from './moods/shown-message.ts';
export { distinctMoods } from './moods/recent-moods.ts';
export type { RecentMood, RecentMoods } from './moods/recent-moods.ts';
export { analyticsEventTypes } from './outbox/event-types.ts';
export type { AnalyticsEventType } from './outbox/event-types.ts';
export { notificationText } from './outbox/notification-texts.ts';
export type {
  AlertNotification,
  AutoReplySentEvent,
  MoodChangedEvent,
  NotificationType,
  OutboxEvent,
  JobIdRule,
  OutboxPromise,
  OutboxStore,
  OverduePromise,
  PublicationRule,
  PendingNotification,
  QueueRoom,
  RenderedMessages,
} from './outbox/ports.ts';
export { RefusedByService } from './platform-ports.ts';
export type { AnalyticsEvent, AnalyticsGateway, MessageGateway, PerformerDirectory, UserDirectory, UserFacts } from './platform-ports.ts';
export type { RefusedValues } from './templates/allowed-values.ts';
export { builtInTemplates, renderBuiltIn } from './templates/built-in-templates.ts';
export type { ExplainedCandidate } from './templates/explain-selection.ts';
export { composeMessage } from './templates/compose-message.ts';
export { readCoverage } from './templates/cover-templates.ts';
export type { CoverageCell } from './templates/cover-templates.ts';
export { explainTemplate } from './templates/explain-template.ts';
export { feedbackTopics } from './feedback/feedback.ts';
export type { FeedbackStore, FeedbackSum, FeedbackTopic } from './feedback/feedback.ts';
export { findTemplate, templateNotFound } from './templates/find-template.ts';
export type { FoundTemplate } from './templates/find-template.ts';
export { importTemplates } from './templates/import-templates.ts';
export { neverUsable } from './templates/never-usable.ts';
export { canonicalLocale } from './templates/locale.ts';
export { maxValueLength, readGivenValue } from './templates/given-values.ts';
export { inspectTemplate, parseTemplate } from './templates/parse-template.ts';
export type {
  ImportedTemplate,
  ImportOptions,
  ImportRow,
  RefusedRow,
  Page,
  Progress,
  SkippedTemplates,
  TemplateFilter,
  TemplatePage,
  TemplateSource,
  TemplateStore,
  TemplateUpdate,
  UsageCounter,
} from './templates/ports.ts';
export { previewMood } from './templates/preview-mood.ts';
export type { MoodPreview } from './templates/preview-mood.ts';
export { previewTemplate, templateHints } from './templates/preview-template.ts';
export { reachOfDraft } from './templates/reach-of-draft.ts';
export type { TemplateReach } from './templates/reach-of-draft.ts';
export { renderMessage } from './templates/render-message.ts';
export type { OnRender, RenderOutcome } from './templates/render-message.ts';
export { renderTemplate, templateVariablesOf } from './templates/render-template.ts';
export type { TemplateValues } from './templates/render-template.ts';
export { rollBackTemplate, saveTemplate } from './templates/save-template.ts';
export { createTemplateIndex, inspectTemplates } from './templates/template-index.ts';
export type { TemplateIndex } from './templates/template-index.ts';
export { inertValues } from './templates/template-values.ts';
export { draftOf, templateTypes, templateVariables, userTiers } from './templates/template.ts';
export type {
  Template,
  TemplateChange,
  TemplateDraft,
  TemplateType,
  TemplateUsage,
  TemplateVariable,
  TemplateVersion,
  UsageOutcome,
  UserTier,
} from './templates/template.ts';
export { acceptTerms } from './terms/accept-terms.ts';
export { currentTerms } from './terms/terms.ts';
export type { Terms, TermsStore } from './terms/terms.ts';
export { codePointLength } from './text/characters.ts';
export { ContentRefused, policyKinds } from './text/content-policy.ts';
export type { ContentPolicy, PolicyFinding, PolicyKind } from './text/content-policy.ts';
export { describeIssues } from './text/describe-issues.ts';
export { toPlainText } from './text/plain-text.ts';
export { createTimeSlices } from './time-slices.ts';
export { sanitise } from './text/sanitise.ts';
export type { RemovedPiece, SanitisedText } from './text/sanitise.ts';
