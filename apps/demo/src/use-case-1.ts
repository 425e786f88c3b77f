import type { Cast } from './cast.ts';
import { seconds, watch } from './story.ts';
import type { Story } from './story.ts';

const delaySeconds = 2;
/** A reply may be this late. */
const toleranceMs = 1_000;

/** Contract, Appendix A, use case 1: a model sets a positive mood, and a user gets an automatic reply. */
export async function tellUseCase1(story: Story, cast: Cast): Promise<void> {
  const { modelName, userName, userTier } = cast;
  story.title(`Use case 1: ${modelName} sets a positive mood`);
  await cast.acceptTerms();
  story.tell(`${modelName} signs in and accepts the terms.`);

  const startedAt = Date.now();
  await cast.setMood({ moodState: 'positive', customMessage: 'Feeling great today!', autoRespond: true, responseDelay: delaySeconds });
  story.tell(`${modelName} sets "positive" with automatic replies after ${delaySeconds} s.`, { took: seconds(Date.now() - startedAt) });

  const mood = await cast.seeMood();
  story.expect(mood.moodState === 'positive', `${userName} sees a positive mood`, `${mood.moodState}, "${mood.customMessage}"`);

  const first = await cast.write(`Hi ${modelName}!`);
  story.tell(`${userName} (${userTier}) writes: "${first.text}"`);
  const second = await cast.write('Are you there?');
  story.tell(`${userName} writes again, within the delay: "${second.text}"`);

  const [reply] = await watch(cast.seeReplies, (replies) => replies.length > 0, (delaySeconds + 5) * 1_000);
  if (reply === undefined) {
    story.expect(false, 'an automatic reply arrives', 'none came');
    return;
  }
  const waited = Date.parse(reply.sentAt) - Date.parse(first.sentAt);
  story.tell(`${userName} gets: "${reply.text}"`);
  const inTime = waited >= delaySeconds * 1_000 && waited <= delaySeconds * 1_000 + toleranceMs;
  story.expect(inTime, `the reply comes after ${delaySeconds} s, and at most ${seconds(toleranceMs)} later`, seconds(waited));

  const replies = await watch(cast.seeReplies, (found) => found.length > 1, toleranceMs);
  story.expect(replies.length === 1, 'two messages within the delay get one reply', `${replies.length} reply`);

  const history = await cast.seeHistory();
  const entry = history[0];
  story.expect(
    history.length === 1 && entry?.changedBy === 'model' && entry.moodState === 'positive',
    'the history shows the change',
    history.map((found) => `${found.previousState} → ${found.moodState} by ${found.changedBy}`).join(', '),
  );
  const events = await watch(
    cast.seeEvents,
    (found) => ['mood_changed', 'auto_reply_sent'].every((type) => found.some(({ eventType }) => eventType === type)),
    5_000,
  );
  const changes = events.filter(({ eventType }) => eventType === 'mood_changed');
  const sent = events.filter(({ eventType }) => eventType === 'auto_reply_sent');
  story.expect(
    changes.length === 1 && changes[0]?.newState === 'positive' && sent.length === 1 && typeof sent[0]?.templateId === 'string',
    'the analytics service has heard once of the change, and once of the reply and its template',
    events.map(({ eventType }) => eventType).join(', ') || 'nothing',
  );
}
