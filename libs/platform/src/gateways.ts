import type { AnalyticsGateway, MessageGateway } from '@mood/domain';
import { createServiceClient } from './service-client.ts';
import type { ServiceClientOptions } from './service-client.ts';

/** The Message Service (contract: "Message Service Integration"). */
export function createMessageGateway(options: Omit<ServiceClientOptions, 'service'>): MessageGateway {
  const client = createServiceClient({ ...options, service: 'message service' });
  return {
    async sendMessage({ conversationId, ...message }, idempotencyKey) {
      const json = { ...message, automated: true };
      await client.tell({ method: 'POST', path: ['conversations', conversationId, 'messages'], json, idempotencyKey });
    },
    async notify(notification, idempotencyKey) {
      await client.tell({ method: 'POST', path: ['notifications'], json: notification, idempotencyKey });
    },
  };
}

/** The Analytics Service (contract: "Analytics Integration"). */
export function createAnalyticsGateway(options: Omit<ServiceClientOptions, 'service'>): AnalyticsGateway {
  const client = createServiceClient({ ...options, service: 'analytics service' });
  return {
    async trackEvents(events, idempotencyKey) {
      await client.tell({ method: 'POST', path: ['events'], json: { events }, idempotencyKey });
    },
  };
}
