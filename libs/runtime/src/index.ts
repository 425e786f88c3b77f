export { createServiceGroup, runProcess, withinTime } from './lifecycle.ts';
export type { Service } from './lifecycle.ts';
export { createLoop } from './loop.ts';
export { createLogger, loggerSettings } from './logger.ts';
export type { Logger } from './logger.ts';
export {
  envCount,
  envFlag,
  envMilliseconds,
  envPort,
  envSeconds,
  envUrl,
  exitOnBadSettings,
  readSettings,
  setting,
  SettingsError,
} from './settings.ts';
export type { Setting, SettingValues } from './settings.ts';
export { wordsOf } from './words-of.ts';
