import { describe, expect, test } from '@jest/globals';
import { shownData, withoutSecrets } from './shown-jobs.ts';

const id = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';

describe('the board', () => {
  test.each([
    { autoReplyId: id },
    {},
    { eventIds: [id] },
    { modelId: id, version: 3 },
    { conversationId: 'c-1', modelId: id, answeredAt: '2026-03-01T12:00:00Z' },
  ])('shows the ids of a job: %j', (data) => {
    expect(shownData(data)).toEqual(data);
  });

  test.each([{ autoReplyId: id, text: 'Hello Sophia' }, { autoReplyId: 'Hello Sophia' }, 'Hello Sophia', null, [id]])(
    'does not show what may be somebody’s words: %j',
    (data) => {
      expect(JSON.stringify(shownData(data))).not.toMatch(/Sophia|0198c5a0/);
    },
  );

  test('shows errors without tokens and without the credentials of URLs', () => {
    const token = `eyJ${'a'.repeat(40)}.${'b'.repeat(40)}.${'c'.repeat(40)}`;
    const stacktrace = [`Error: ${token}\n    at x`, 'connect "redis://user:secret-word@10.0.0.7:6379" failed', 'Bearer abcdefghijklmnop'];
    const shown = withoutSecrets({ job: { id, failedReason: `refused ${token}`, stacktrace } });
    expect(shown).toEqual({
      job: { id, failedReason: 'refused ***', stacktrace: ['Error: ***\n    at x', 'connect "redis://***" failed', 'Bearer ***'] },
    });
  });
});
