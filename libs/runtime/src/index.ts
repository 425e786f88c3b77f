export { describeSettings, exitCodes, problemWithArguments, readCommandLine } from './command-line.ts';
export { maxBytesUnderWay } from './http/answers-under-way.ts';
export { maxLeftoverBytes } from './http/leftover-body.ts';
export { answersByUs, maxHeaders } from './http/refuse-requests.ts';
export type { AnswerHeaders, RefusalPage, RefusalPages } from './http/refuse-requests.ts';
export { explainListening, isBlockedPort } from './http/ports.ts';
export { problemOfTarget } from './http/request-target.ts';
export { serveInTurn } from './http/serve-in-turn.ts';
export { usualTurnBounds } from './http/turns.ts';
export { describeError } from './describe-error.ts';
export { errorCode } from './error-code.ts';
export { keyListSetting } from './key-list.ts';
export type { KeyList, NamedKey } from './key-list.ts';
export { createServiceGroup, endsWithin, runProcess, TimeLimitExceeded, withinTime } from './lifecycle.ts';
export type { Service } from './lifecycle.ts';
export { createLineBudget } from './line-budget.ts';
export { createLoop } from './loop.ts';
export type { Loop } from './loop.ts';
export { logContext, withLogContext } from './log-context.ts';
export { createLogger, loggerSettings } from './logger.ts';
export type { Logger } from './logger.ts';
export { modeSettings } from './mode.ts';
export { createAdmission } from './ops/admission.ts';
export type { Admission } from './ops/admission.ts';
export { createDependencyMetrics } from './ops/dependency-metrics.ts';
export type { DatabaseErrorKind, DependencyMetrics, Watch } from './ops/dependency-metrics.ts';
export { keptFor } from './ops/kept-for.ts';
export { createMetricsRegistry } from './ops/metrics-registry.ts';
export { createOpsServer, createReadyz, livez } from './ops/ops-server.ts';
export type { OpsAnswer } from './ops/ops-server.ts';
export { opsSettings } from './ops/ops-settings.ts';
export { createProbe, notConfigured } from './ops/probe.ts';
export type { Finding, Probe } from './ops/probe.ts';
export { createProblemLog } from './problem-log.ts';
export type { TellProblem } from './problem-log.ts';
export { redact } from './redact.ts';
export { roomFor } from './room-for.ts';
export { dataDirSetting, readRunFile, removeRunFile, writeRunFile } from './run-file.ts';
export type { Run } from './run-file.ts';
export { weakSecret, weakUrlPassword } from './secret-strength.ts';
export {
  envCount,
  envFlag,
  envMilliseconds,
  envPort,
  envSeconds,
  envUrl,
  envWholeNumber,
  exitOnBadSettings,
  exitOnLateSettingsError,
  exitOnSettingsError,
  readSettings,
  setting,
  SettingsError,
} from './settings.ts';
export type { Setting, SettingValues } from './settings.ts';
