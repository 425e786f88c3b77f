export { createAutoReplyProducer } from './auto-reply-producer.ts';
export type { AnsweredConversation, AutoReplyProducer, AutoReplyProducerOptions, ReceivedMessage } from './auto-reply-producer.ts';
