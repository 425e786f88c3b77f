/** A message came in. Ids and times only: never the text. */
export interface ReceivedMessage {
  /** Of the message service, as is `conversationId`: 1 to 128 of A-Z a-z 0-9 . _ ~ : -. Unique in its conversation. */
  messageId: string;
  /** Not "." or "..", which no URL can hold: a reply could not be delivered. */
  conversationId: string;
  /** UUID. */
  modelId: string;
  /** UUID. */
  userId: string;
  /** ISO 8601 with a zone: docs/integration.md lists the forms. */
  receivedAt: string;
  senderType: 'user' | 'model' | 'system';
  /** Whether no person wrote it. */
  automated: boolean;
}

/** What the mood system decided about a message. */
export interface Intake {
  /** `scheduled`, `joined` (a reply that is on its way already answers this message, too) or `ignored`. */
  status: string;
  /** ISO 8601; when the reply is due. null when there is none. */
  dueAt: string | null;
  /** Why there is none: docs/integration.md lists the reasons. */
  reason: string | null;
}

/** The model wrote in the conversation herself. */
export interface AnsweredConversation {
  conversationId: string;
  /** UUID. */
  modelId: string;
  /** ISO 8601 with a zone: docs/integration.md lists the forms. */
  answeredAt: string;
}
