/** A user's message, as the auto-reply queue hears of it. Ids and times only: never the text. */
export interface ReceivedMessage {
  messageId: string;
  conversationId: string;
  modelId: string;
  userId: string;
  /** ISO 8601. */
  receivedAt: string;
  senderType: 'user';
  automated: false;
}

export interface AnsweredConversation {
  conversationId: string;
  modelId: string;
  /** ISO 8601. */
  answeredAt: string;
}

/** How the message service hands its events to the mood system. */
export interface AutoReplyProducer {
  messageReceived(message: ReceivedMessage): Promise<void>;
  conversationAnswered(answer: AnsweredConversation): Promise<void>;
  close(): Promise<void>;
}
