import { describe, expect, test } from '@jest/globals';
import { intakeOutcomes, moodStates, replyOutcomes } from '@mood/domain';
import { Registry } from 'prom-client';
import { createMoodMetrics, createRenderMetrics, createReplyMetrics } from './index.ts';

/** What a scrape shows: each series with its value. */
async function series(registry: Registry): Promise<string[]> {
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('metrics that API and worker share', () => {
  test('show the series of what the process does from the start, and no others', async () => {
    const registry = new Registry();
    createMoodMetrics(registry, ['model', 'system']);
    expect(await series(registry)).toEqual([
      ...moodStates.map((state) => `mood_changes_total{changed_by="model",mood_state="${state}"} 0`),
      'mood_changes_total{changed_by="system",mood_state="neutral"} 0',
    ]);
  });

  test('count each change, outcome and message that they are told of', async () => {
    const registry = new Registry();
    createMoodMetrics(registry, ['system'])('system', 'neutral');
    const onReplyOutcome = createReplyMetrics(registry, ['sent', 'cancelled']);
    onReplyOutcome('sent');
    onReplyOutcome('cancelled', 3);
    createRenderMetrics(registry, ['auto_response'], ['rendered', 'built_in'])('auto_response', 'built_in');
    expect(await series(registry)).toEqual([
      'mood_changes_total{changed_by="system",mood_state="neutral"} 1',
      'mood_auto_replies_total{outcome="sent"} 1',
      'mood_auto_replies_total{outcome="cancelled"} 3',
      'mood_template_renders_total{template_type="auto_response",outcome="rendered"} 0',
      'mood_template_renders_total{template_type="auto_response",outcome="built_in"} 1',
    ]);
  });

  test('have no series for what no person wrote, nor in the API for what the worker does', async () => {
    expect(replyOutcomes).not.toEqual(expect.arrayContaining(['automated']));
    expect(replyOutcomes).not.toEqual(expect.arrayContaining(['not_from_a_user']));
    expect(replyOutcomes.filter((outcome) => !intakeOutcomes.some((known) => known === outcome))).toEqual([
      'recipient_gone',
      'held_out',
      'sent',
      'failed',
    ]);
  });
});
