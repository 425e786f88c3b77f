export type { AnsweredConversation, AutoReplyProducer, ReceivedMessage } from '@mood/client/queue';
export { createPlatform } from './platform/create-platform.ts';
export type { Platform, PlatformDeps } from './platform/create-platform.ts';
export { demoAdmins, demoPerformers, demoUsers } from './platform/demo-people.ts';
export { startPlatform } from './platform/start-platform.ts';
export type { PlatformOptions, RunningPlatform } from './platform/start-platform.ts';
