export type { ClientCall, Fallback, FallbackCounts } from './fallbacks.ts';
export type {
  Answered,
  FoundTemplate,
  Mood,
  MoodPage,
  MoodState,
  RenderedMessage,
  RenderRequest,
  TemplateRequest,
  TemplateType,
  TokenSource,
  UserTier,
} from './mood-api.ts';
export { createMoodClient } from './mood-client.ts';
export type { MoodClient, MoodClientOptions } from './mood-client.ts';
export { MoodClientError } from './mood-client-error.ts';
export type { FallbackReason } from './mood-client-error.ts';
export { createReporter } from './reporter.ts';
export type { LostReason, LostReport, MessageOutcome, Reporter, ReporterOptions, ReportOutcome } from './reporter.ts';
export type { AnsweredConversation, Intake, ReceivedMessage } from './reports.ts';
