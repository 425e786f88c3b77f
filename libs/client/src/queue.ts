/** The entry for those who report over the queue: it needs bullmq, ioredis and pg, which the client does not bring. */
export { createAutoReplyProducer } from './auto-reply-producer.ts';
export type { AutoReplyProducer } from './auto-reply-producer.ts';
export type { AutoReplyProducerOptions } from './checked-queue.ts';
export type { AnsweredConversation, ReceivedMessage } from './reports.ts';
