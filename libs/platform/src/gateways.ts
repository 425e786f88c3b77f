import type { AnalyticsGateway, MessageGateway } from '@mood/domain';
import { z } from 'zod';
import { createServiceClient } from './service-client.ts';
import type { ServiceClientOptions } from './service-client.ts';

/** The effect is what counts; whatever the service says about it is not used. */
const acknowledgement = z.unknown();

/** The Message Service (contract: "Message Service Integration"). */
export function createMessageGateway(options: Omit<ServiceClientOptions, 'service'>): MessageGateway {
  const client = createServiceClient({ ...options, service: 'message service' });
  return {
    async sendMessage({ conversationId, ...message }, idempotencyKey) {
      await client.tell(
        { method: 'POST', path: ['conversations', conversationId, 'messages'], json: { ...message, automated: true }, idempotencyKey },
        acknowledgement,
      );
    },
    async notify(notification, idempotencyKey) {
      await client.tell({ method: 'POST', path: ['notifications'], json: notification, idempotencyKey }, acknowledgement);
    },
  };
}

/** The Analytics Service (contract: "Analytics Integration"). */
export function createAnalyticsGateway(options: Omit<ServiceClientOptions, 'service'>): AnalyticsGateway {
  const client = createServiceClient({ ...options, service: 'analytics service' });
  return {
    async trackEvents(events, idempotencyKey) {
      await client.tell({ method: 'POST', path: ['events'], json: { events }, idempotencyKey }, acknowledgement);
    },
  };
}
