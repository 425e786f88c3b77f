export { createAutoReplyProducer } from './auto-reply-producer.ts';
export type { AnsweredConversation, AutoReplyProducer, AutoReplyProducerOptions, ReceivedMessage } from './auto-reply-producer.ts';
export { createMoodClient, MoodClientError } from './mood-client.ts';
export type {
  FoundTemplate,
  MoodClient,
  MoodClientOptions,
  MoodState,
  RenderedMessage,
  RenderRequest,
  TemplateRequest,
  TemplateType,
  UserTier,
} from './mood-client.ts';
