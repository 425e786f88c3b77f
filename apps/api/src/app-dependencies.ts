import type {
  AnalyticsReader,
  AlertStore,
  AuditLog,
  AutoReplyRules,
  AutoReplyStore,
  ContentPolicy,
  ExperimentStore,
  FeedbackStore,
  Flags,
  FlagStore,
  MoodOverview,
  MoodStore,
  OnMoodChange,
  OnRender,
  OnReplyOutcome,
  PerformerDirectory,
  PerformerRegistry,
  ProcessCounter,
  RecentMoods,
  RefusedValues,
  RenderedCounter,
  ReplyLog,
  SkippedTemplates,
  TemplateSource,
  TemplateStore,
  TermsStore,
  UsageCounter,
  UserDirectory,
} from '@mood/domain';
import type { SignIn } from '@mood/platform';
import type { KeyList, Logger } from '@mood/runtime';
import type { Authenticator } from './auth/authenticator.ts';
import type { TokenSource } from './docs/page/page.ts';
import type { TrustedProxies } from './http/client-address.ts';
import type { Reads } from './http/read-sources.ts';
import type { RequestLimits } from './http/request-limits.ts';
import type { BoardQueues } from './ops/board/board-queues.ts';
import type { MoodStreams } from './live/mood-streams.ts';
import type { Health } from './ops/health.ts';
import type { ApiMetrics } from './ops/metrics.ts';

/** Everything the API needs, as ports. The composition root gives the real ones. */
export interface AppDependencies {
  moods: MoodStore;
  moodStreams: Pick<MoodStreams, 'openStream' | 'newest'>;
  moodOverview: MoodOverview;
  recentMoods: RecentMoods;
  registry: PerformerRegistry;
  performers: PerformerDirectory;
  users: UserDirectory;
  templates: TemplateSource;
  templateStore: TemplateStore;
  experiments: ExperimentStore;
  usage: UsageCounter;
  terms: TermsStore;
  autoReplies: AutoReplyStore;
  replyLog: ReplyLog;
  auditLog: AuditLog;
  analytics: AnalyticsReader;
  reads: Reads;
  processCounter: ProcessCounter & RenderedCounter;
  feedback: FeedbackStore;
  flags: Flags;
  flagStore: FlagStore;
  /** Reads the flags of this process anew. */
  refreshFlags: () => Promise<void>;
  alerts: AlertStore;
  boardQueues: BoardQueues;
  contentPolicy: ContentPolicy;
  refusedValues: RefusedValues;
  skippedTemplates: SkippedTemplates;
  authenticator: Authenticator;
  limits: RequestLimits;
  trustedProxies: TrustedProxies;
  /** Origins whose pages may read moods. */
  allowedOrigins: readonly string[];
  /** The platform's sign-in page. */
  signIn: SignIn;
  /** What session cookies are sealed with. */
  sessionKeys: KeyList;
  /** Ends a token at the platform (RFC 7009). */
  revokeToken: (token: string) => Promise<void>;
  /** The folder of the built panel. */
  panelDir: string;
  /** Where browsers find the API; what they ask for when absent. */
  publicUrl: string | undefined;
  /** Whether the API itself, not only a proxy before it, speaks HTTPS. */
  overTls: boolean;
  metrics: ApiMetrics;
  onMoodChange: OnMoodChange;
  onReplyOutcome: OnReplyOutcome;
  onRender: OnRender;
  health: Health;
  /** Whether the database answered when it was last asked. */
  databaseIsReachable: () => boolean;
  autoReplyRules: AutoReplyRules;
  clock: () => Date;
  /** Where readers of the API reference at /docs get a token. */
  tokenSource: TokenSource;
  logger: Logger;
}
