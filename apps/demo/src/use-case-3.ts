import type { Cast } from './cast.ts';
import { seconds, watch } from './story.ts';
import type { Story } from './story.ts';

const lifetimeMs = 3_000;
/** The reset and its notification may be this late; the mood itself may not. */
const resetToleranceMs = 2_000;

/** Contract, Appendix A, use case 3: a mood expires, the system resets it and tells the model. */
export async function tellUseCase3(story: Story, cast: Cast): Promise<void> {
  const { modelName, userName } = cast;
  story.title(`Use case 3: ${modelName}'s mood expires`);
  await cast.acceptTerms();
  const expiresAt = new Date(Date.now() + lifetimeMs);
  await cast.setMood({ moodState: 'negative', expiresAt: expiresAt.toISOString() });
  story.tell(`${modelName} sets "negative" for ${seconds(lifetimeMs)}.`, { expiresAt: expiresAt.toISOString() });
  const before = await cast.seeMood();
  story.expect(before.moodState === 'negative', `${userName} sees a negative mood`, before.moodState);

  const seen = await watch(
    async () => ({ at: Date.now(), mood: await cast.seeMood() }),
    ({ mood }) => mood.moodState === 'neutral',
    lifetimeMs + 5_000,
  );
  const lateness = seen.at - expiresAt.getTime();
  story.expect(
    seen.mood.moodState === 'neutral' && lateness < 250,
    `${userName} sees a neutral mood from the moment it ends`,
    `${seen.mood.moodState}, seen ${seconds(Math.max(0, lateness))} after its end`,
  );

  const resets = async () => (await cast.seeHistory()).filter((entry) => entry.changedBy === 'system');
  const found = await watch(resets, (entries) => entries.length > 0, resetToleranceMs + 3_000);
  const reset = found[0];
  const resetAfter = reset === undefined ? Infinity : Date.parse(reset.recordedAt) - expiresAt.getTime();
  story.expect(
    found.length === 1 && resetAfter >= 0 && resetAfter <= resetToleranceMs,
    `the history shows the reset by the system, within ${seconds(resetToleranceMs)}`,
    reset === undefined ? 'none' : `${reset.previousState} → ${reset.moodState}, ${seconds(resetAfter)} after its end`,
  );

  const notifications = await watch(cast.seeNotifications, (list) => list.length > 0, 5_000);
  const notification = notifications[0];
  story.expect(notifications.length === 1, `${modelName} is told once`, notification === undefined ? 'nothing' : `"${notification.text}"`);
  // A second reset or notification would follow within this time.
  const again = await watch(resets, (entries) => entries.length > 1, 1_000);
  story.expect(
    again.length === 1,
    'it happens exactly once',
    `${again.length} reset, ${(await cast.seeNotifications()).length} notification`,
  );
}
