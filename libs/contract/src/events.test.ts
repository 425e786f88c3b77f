import { expect, test } from '@jest/globals';
import { analyticsEventTypes } from '@mood/domain';
import { analyticsEventSchema, eventBatchSchema, sentEventSchema } from './events.ts';

test('every event that can be chosen has a schema', () => {
  expect(sentEventSchema.options.map(({ shape }) => shape.eventType.value).toSorted()).toEqual([...analyticsEventTypes].toSorted());
});

test.each(sentEventSchema.options)('the example of an event is one, and nothing is missing in it', (schema) => {
  const example = schema.meta()?.['example'];
  expect(sentEventSchema.parse(example)).toEqual(example);
  expect(eventBatchSchema.parse({ events: [example] })).toEqual({ events: [example] });
});

test('the analytics service takes events that it does not know, with whatever they say', () => {
  const event = {
    eventId: 'e-1',
    eventType: 'other',
    modelId: 'A0000000-0000-4000-8000-000000000001',
    timestamp: '2026-01-02T15:45:00Z',
    more: 1,
  };
  expect(analyticsEventSchema.parse(event)).toEqual({ ...event, modelId: 'a0000000-0000-4000-8000-000000000001' });
  expect(sentEventSchema.safeParse(event).success).toBe(false);
});
