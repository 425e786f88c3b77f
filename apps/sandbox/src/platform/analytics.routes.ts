import { eventBatchSchema } from '@mood/contract/events';
import type { analyticsEventSchema } from '@mood/contract/events';
import { idSchema } from '@mood/contract/fields';
import { Hono } from 'hono';
import { z } from 'zod';
import type { CallGate } from './call-gate.ts';
import { createIdempotentStore } from './idempotent-store.ts';
import type { IdempotentStore } from './idempotent-store.ts';
import type { PlatformEnv } from './platform-env.ts';
import { pageLimit, readJson, readQuery } from './request-input.ts';

type AnalyticsEvent = z.output<typeof analyticsEventSchema>;

const eventQuery = z.object({ modelId: idSchema.optional(), limit: pageLimit.default(1000) });

export function createEventStore(onAdd: () => void): IdempotentStore<AnalyticsEvent> {
  return createIdempotentStore<AnalyticsEvent>({
    capacity: 200_000,
    // What is about no model is found among the newest.
    indexOf: (event) => event.modelId ?? '',
    keyOf: (event) => event.eventId,
    same: () => true,
    onAdd,
  });
}

export interface AnalyticsDeps {
  gate: CallGate;
  events: IdempotentStore<AnalyticsEvent>;
}

/** Analytics Service: an event that comes twice counts once. */
export function analyticsRoutes({ gate, events }: AnalyticsDeps) {
  return new Hono<PlatformEnv>()
    .post('/events', gate('analytics', 'events'), async (c) => {
      const sent = await readJson(c, eventBatchSchema);
      const outcomes = sent.events.map((event) => events.addOnce(event).outcome);
      return c.json({ accepted: outcomes.filter((outcome) => outcome === 'created').length }, 202);
    })
    .get('/sandbox/events', (c) => {
      const query = readQuery(c, eventQuery);
      if (query.modelId !== undefined) return c.json({ events: events.under(query.modelId) });
      return c.json({ events: events.newest(query.limit), total: events.total() });
    });
}
