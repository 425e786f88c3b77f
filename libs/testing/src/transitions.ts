import { expect } from '@jest/globals';
import type { Model, Stack } from './stack.ts';

interface HistoryEntry {
  moodState: string;
  previousState: string;
  changedAt: string;
  recordedAt: string;
  changedBy: string;
  customMessage: string | null;
}

/** Every transition of a model, newest first, as the model sees it. Up to 100. */
export async function transitionsOf(stack: Stack, model: Model): Promise<HistoryEntry[]> {
  const { status, body } = await stack.api.get(`/api/v1/mood/${model.id}/history?limit=100`, model.token);
  expect([status, body.total]).toEqual([200, body.history.length]);
  return body.history;
}

const inOrder = (lines: string[]) => lines.toSorted((a, b) => a.localeCompare(b));

/** Holds that analytics was told of every transition of a model, and of each once. Its sandbox keeps one event per id. */
export async function expectOneEventPerTransition(stack: Stack, model: Model): Promise<void> {
  const [transitions, everything] = await Promise.all([transitionsOf(stack, model), stack.platform.events(model.id)]);
  const events = everything.filter(({ eventType }) => eventType === 'mood_changed');
  expect(inOrder(events.map((event) => `${event.timestamp} ${event.recordedAt} ${event.previousState} > ${event.newState}`))).toEqual(
    inOrder(transitions.map((entry) => `${entry.changedAt} ${entry.recordedAt} ${entry.previousState} > ${entry.moodState}`)),
  );
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
}
