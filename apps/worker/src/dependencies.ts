import type {
  AnalyticsEventType,
  AnalyticsGateway,
  AutoReplyRules,
  AutoReplyStore,
  ContentPolicy,
  Flags,
  MessageGateway,
  MoodNews,
  MoodStore,
  OnMoodChange,
  OnRender,
  OnReplyOutcome,
  OutboxStore,
  PerformerDirectory,
  ProcessCounter,
  RefusedValues,
  SkippedTemplates,
  TemplateSource,
  UsageCounter,
  UserDirectory,
} from '@mood/domain';
import type { Enqueuer } from '@mood/queue';
import type { Logger } from '@mood/runtime';

/** Everything the jobs and sweeps need, as ports. The composition root gives the real ones. */
export interface WorkerDependencies {
  moods: MoodStore;
  onMoodChange: OnMoodChange;
  /** Tells the cache of moods, where there is one, that these have been changed. */
  refreshMoods: (modelIds: readonly string[]) => Promise<void>;
  /** Tells API processes, for those who watch moods. Not waited for: what gets lost is found by them within seconds. */
  tellOfMoods: (news: readonly MoodNews[]) => void;
  autoReplies: AutoReplyStore;
  onReplyOutcome: OnReplyOutcome;
  onRender: OnRender;
  outbox: OutboxStore;
  flags: Flags;
  templates: TemplateSource;
  usage: UsageCounter;
  processCounter: ProcessCounter;
  contentPolicy: ContentPolicy;
  refusedValues: RefusedValues;
  skippedTemplates: SkippedTemplates;
  users: UserDirectory;
  performers: PerformerDirectory;
  messages: MessageGateway;
  analytics: AnalyticsGateway;
  /** The events that it is told of. */
  analyticsEvents: readonly AnalyticsEventType[];
  enqueuer: Enqueuer;
  autoReplyRules: AutoReplyRules;
  clock: () => Date;
  logger: Logger;
}
