import { Hono } from 'hono';
import { z } from 'zod';
import type { CallGate } from './call-gate.ts';
import { createIdempotentStore } from './idempotent-store.ts';
import type { IdempotentStore } from './idempotent-store.ts';
import type { PlatformEnv } from './platform-env.ts';
import { personId, readJson, readQuery } from './request-input.ts';

const analyticsEvent = z.looseObject({
  eventId: z.string().min(1).max(200),
  eventType: z.string().min(1).max(100),
  modelId: personId,
  timestamp: z.iso.datetime({ offset: true, error: 'expected an ISO 8601 time' }),
});
type AnalyticsEvent = z.infer<typeof analyticsEvent>;

const batch = z.object({
  events: z.array(analyticsEvent).min(1, 'expected 1 to 100 events').max(100, 'expected 1 to 100 events'),
});
const eventQuery = z.object({ modelId: personId.optional() });

const newestShown = 1000;

export function createEventStore(): IdempotentStore<AnalyticsEvent> {
  return createIdempotentStore<AnalyticsEvent>({
    capacity: 200_000,
    indexOf: (event) => event.modelId,
    keyOf: (event) => event.eventId,
    same: () => true,
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
      const sent = await readJson(c, batch);
      const outcomes = sent.events.map((event) => events.addOnce(event).outcome);
      return c.json({ accepted: outcomes.filter((outcome) => outcome === 'created').length }, 202);
    })
    .get('/sandbox/events', (c) => {
      const query = readQuery(c, eventQuery);
      if (query.modelId !== undefined) return c.json({ events: events.under(query.modelId) });
      return c.json({ events: events.newest(newestShown), total: events.total() });
    });
}
