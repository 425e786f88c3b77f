import { randomUUID } from 'node:crypto';
import { auditPageSchema } from '@mood/contract/audit';
import { moodHeldErrorSchema } from '@mood/contract/errors';
import { overriddenMoodSchema } from '@mood/contract/moderation';
import { moodHistorySchema, moodSchema } from '@mood/contract/moods';
import { foundTemplateSchema } from '@mood/contract/templates';
import { termsSchema } from '@mood/contract/terms';
import { z } from 'zod';
import type { Run } from '@mood/runtime';

const tokenSchema = z.object({ access_token: z.string() });
const idsSchema = z.object({ ids: z.tuple([z.string()], z.string()) });
const personSchema = z.object({ id: z.string(), displayName: z.string(), tier: z.string().optional() });
const refusalSchema = moodHeldErrorSchema.extend({ error: z.string(), heldUntil: z.string().optional() });
const messageSchema = z.object({ id: z.string(), text: z.string(), automated: z.boolean(), sentAt: z.string() });
const messagesSchema = z.object({ messages: z.array(messageSchema) });
const notificationsSchema = z.object({ notifications: z.array(z.object({ type: z.string(), text: z.string(), sentAt: z.string() })) });
const eventsSchema = z.object({
  events: z.array(z.object({ eventType: z.string(), newState: z.string().optional(), templateId: z.string().nullish() })),
});

export type Message = z.output<typeof messageSchema>;
export type HistoryEntry = z.output<typeof moodHistorySchema>['history'][number];

/** A model and a user of the platform, and what they can do and see. */
export interface Cast {
  modelName: string;
  userName: string;
  userTier: string;
  acceptTerms: () => Promise<void>;
  setMood: (mood: Record<string, unknown>) => Promise<void>;
  /** The model tries to set a mood. @returns the refusal; null when it was set. */
  trySetMood: (mood: Record<string, unknown>) => Promise<z.output<typeof refusalSchema> | null>;
  adminId: string;
  override: (mood: Record<string, unknown>) => Promise<z.output<typeof overriddenMoodSchema>>;
  /** As an administrator who may see what is sealed. */
  seeAuditLog: () => Promise<z.output<typeof auditPageSchema>['entries']>;
  /** As the user sees it. */
  seeMood: () => Promise<z.output<typeof moodSchema>>;
  seeHistory: () => Promise<HistoryEntry[]>;
  write: (text: string) => Promise<Message>;
  /** The user tips, and gets the thanks. */
  tip: (amount: number) => Promise<Message>;
  /** The template that the user would get in a tier, or without one. */
  seeTemplate: (templateType: string, userTier?: string) => Promise<z.output<typeof foundTemplateSchema>>;
  /** What the system sent in the model's name. */
  seeReplies: () => Promise<Message[]>;
  seeNotifications: () => Promise<z.output<typeof notificationsSchema>['notifications']>;
  seeEvents: () => Promise<z.output<typeof eventsSchema>['events']>;
}

async function call<S extends z.ZodType>(schema: S, method: string, url: string, options: { token?: string; json?: unknown } = {}) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }) },
    body: options.json === undefined ? null : JSON.stringify(options.json),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  return schema.parse(JSON.parse(text));
}

/** New people for each telling, so that no earlier one gets in the way. */
export async function castPeople({ apiUrl, sandboxUrl }: Pick<Run, 'apiUrl' | 'sandboxUrl'>): Promise<Cast> {
  const api = `${apiUrl}/api/v1`;
  const [modelId] = (await call(idsSchema, 'POST', `${sandboxUrl}/sandbox/performers`, { json: {} })).ids;
  const [userId] = (await call(idsSchema, 'POST', `${sandboxUrl}/sandbox/users`, { json: { tier: 'gold' } })).ids;
  const model = await call(personSchema, 'GET', `${sandboxUrl}/performers/${modelId}`);
  const user = await call(personSchema, 'GET', `${sandboxUrl}/users/${userId}`);
  const signIn = async (role: string, subject: string, scope?: string) =>
    (await call(tokenSchema, 'POST', `${sandboxUrl}/oauth/token`, { json: { role, subject, scope } })).access_token;
  const modelToken = await signIn('model', modelId);
  const userToken = await signIn('user', userId);
  const adminId = randomUUID();
  const adminToken = await signIn('admin', adminId, 'mood:override audit:read');
  const conversationId = randomUUID();

  return {
    modelName: model.displayName,
    userName: user.displayName,
    userTier: user.tier ?? 'none',
    async acceptTerms() {
      const { version } = await call(termsSchema, 'GET', `${api}/mood/terms`, { token: modelToken });
      await call(z.unknown(), 'POST', `${api}/mood/terms`, { token: modelToken, json: { accept: true, version } });
    },
    async setMood(mood) {
      await call(moodSchema, 'POST', `${api}/mood/update`, { token: modelToken, json: mood });
    },
    async trySetMood(mood) {
      const response = await fetch(`${api}/mood/update`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${modelToken}` },
        body: JSON.stringify(mood),
      });
      const body: unknown = await response.json();
      return response.ok ? null : refusalSchema.parse(body);
    },
    adminId,
    override: (mood) => call(overriddenMoodSchema, 'POST', `${api}/admin/mood/${modelId}/update`, { token: adminToken, json: mood }),
    seeAuditLog: async () =>
      (await call(auditPageSchema, 'GET', `${api}/admin/mood/audit?modelId=${modelId}`, { token: adminToken })).entries,
    seeMood: () => call(moodSchema, 'GET', `${api}/mood/${modelId}`, { token: userToken }),
    seeHistory: async () => (await call(moodHistorySchema, 'GET', `${api}/mood/${modelId}/history`, { token: modelToken })).history,
    write: (text) =>
      call(messageSchema, 'POST', `${sandboxUrl}/sandbox/conversations/${conversationId}/messages`, { json: { userId, modelId, text } }),
    tip: (amount) =>
      call(messageSchema, 'POST', `${sandboxUrl}/sandbox/conversations/${conversationId}/tips`, { json: { userId, modelId, amount } }),
    seeTemplate(templateType, userTier) {
      const query = new URLSearchParams({ modelId, templateType, userId, ...(userTier !== undefined && { userTier }) });
      return call(foundTemplateSchema, 'GET', `${api}/mood/template?${query.toString()}`, { token: userToken });
    },
    async seeReplies() {
      const { messages } = await call(messagesSchema, 'GET', `${sandboxUrl}/sandbox/messages?conversationId=${conversationId}`);
      return messages.filter((message) => message.automated);
    },
    seeNotifications: async () =>
      (await call(notificationsSchema, 'GET', `${sandboxUrl}/sandbox/notifications?recipientId=${modelId}`)).notifications,
    seeEvents: async () => (await call(eventsSchema, 'GET', `${sandboxUrl}/sandbox/events?modelId=${modelId}`)).events,
  };
}
