import type { CallOptions } from './api-client.ts';

export interface SandboxMessage {
  id: string;
  conversationId: string;
  senderType: string;
  recipientId?: string;
  automated: boolean;
  text: string;
  sentAt: string;
}

export type Service = 'auth' | 'users' | 'performers' | 'messages' | 'analytics';
export type FaultMode = 'ok' | 'error' | 'rate-limited' | 'timeout' | 'drop-after-effect';

/** Plays the platform around the system, and looks at what the system told it. */
export interface PlatformClient {
  readonly url: string;
  createPerformers(count?: number): Promise<string[]>;
  createUsers(count?: number, tier?: string): Promise<string[]>;
  token(role: string, subject?: string, more?: { scope?: string; expiresIn?: number }): Promise<string>;
  revoke(token: string): Promise<void>;
  userWrites(conversationId: string, userId: string, modelId: string, text?: string): Promise<SandboxMessage>;
  modelAnswers(conversationId: string, modelId: string): Promise<void>;
  /** What the system sent into a conversation. */
  automatedMessages(conversationId: string): Promise<SandboxMessage[]>;
  notifications(recipientId: string): Promise<{ type: string; text: string }[]>;
  /** The events `mood_changed` and `auto_reply_sent` of a model. */
  events(modelId: string): Promise<
    {
      eventId: string;
      eventType: string;
      newState: string;
      previousState: string;
      changedBy: string;
      timestamp: string;
      recordedAt: string;
    }[]
  >;
  /** Every event: of a model, or the newest of all. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  allEvents(modelId?: string): Promise<any[]>;
  setFault(service: Service, mode: FaultMode, rate?: number): Promise<void>;
  attempts(idempotencyKey: string): Promise<{ at: string; outcome: string }[]>;
  counters(): Promise<Record<string, number>>;
  call(method: string, path: string, options?: Pick<CallOptions, 'json'>): Promise<unknown>;
}

export function createPlatformClient(url: string): PlatformClient {
  // oxlint-disable-next-line typescript/no-explicit-any -- the sandbox's answers are looked into, not relied upon
  async function call(method: string, path: string, options: Pick<CallOptions, 'json'> = {}): Promise<any> {
    const body = options.json === undefined ? null : JSON.stringify(options.json);
    const response = await fetch(url + path, { method, body, headers: { 'content-type': 'application/json' } });
    const text = await response.text();
    if (!response.ok) throw new Error(`sandbox: ${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
  const conversation = (id: string) => `/sandbox/conversations/${encodeURIComponent(id)}`;

  return {
    url,
    call,
    createPerformers: async (count = 1) => (await call('POST', '/sandbox/performers', { json: { count } })).ids,
    createUsers: async (count = 1, tier) =>
      (await call('POST', '/sandbox/users', { json: { count, ...(tier !== undefined && { tier }) } })).ids,
    token: async (role, subject, more = {}) =>
      (await call('POST', '/oauth/token', { json: { role, ...(subject !== undefined && { subject }), ...more } })).access_token,
    async revoke(token) {
      await call('POST', '/oauth/revoke', { json: { token } });
    },
    userWrites: (conversationId, userId, modelId, text = 'Hello!') =>
      call('POST', `${conversation(conversationId)}/messages`, { json: { userId, modelId, text } }),
    async modelAnswers(conversationId, modelId) {
      await call('POST', `${conversation(conversationId)}/answers`, { json: { modelId, text: 'Here I am.' } });
    },
    async automatedMessages(conversationId) {
      const { messages } = await call('GET', `/sandbox/messages?conversationId=${encodeURIComponent(conversationId)}`);
      return messages.filter((message: SandboxMessage) => message.automated);
    },
    notifications: async (recipientId) => (await call('GET', `/sandbox/notifications?recipientId=${recipientId}`)).notifications,
    async events(modelId) {
      const { events } = await call('GET', `/sandbox/events?modelId=${modelId}`);
      return events.filter(({ eventType }: { eventType: string }) => eventType === 'mood_changed' || eventType === 'auto_reply_sent');
    },
    allEvents: async (modelId) => (await call('GET', `/sandbox/events${modelId === undefined ? '' : `?modelId=${modelId}`}`)).events,
    async setFault(service, mode, rate = 1) {
      await call('PUT', `/sandbox/faults/${service}`, { json: { mode, rate } });
    },
    attempts: async (idempotencyKey) =>
      (await call('GET', `/sandbox/attempts?idempotencyKey=${encodeURIComponent(idempotencyKey)}`)).attempts,
    counters: () => call('GET', '/sandbox/counters'),
  };
}
