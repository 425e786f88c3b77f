import type { PublicationRule } from '@mood/domain';

const event: PublicationRule = { queue: 'analytics', jobId: { prefix: 'events', one: 'per-claim' } };

/** Kinds of promises as the worker gives them to the outbox, with one for each way to make a job's id. */
export const kindsOfPromises: Readonly<Record<string, PublicationRule>> = {
  'mood-changed': event,
  'auto-reply-sent': event,
  'mood-expiry': { queue: 'mood-expiry', jobId: { prefix: 'expire', one: 'per-model' } },
  notification: { queue: 'message-delivery', jobId: { prefix: 'notify', one: 'per-promise' } },
  'auto-reply': { queue: 'auto-reply', jobId: { prefix: 'reply', one: 'per-promise' } },
};
