import type { Cast } from './cast.ts';
import { watch } from './story.ts';
import type { Story } from './story.ts';

const message = 'You are all boring';
const reason = 'Inappropriate custom message, complaint 4711';
const holdMinutes = 30;

/** Contract, Appendix A, use case 4: an administrator overrides a mood after a complaint. */
export async function tellUseCase4(story: Story, cast: Cast): Promise<void> {
  const { modelName, userName } = cast;
  story.title(`Use case 4: a complaint about ${modelName}`);
  await cast.acceptTerms();
  await cast.setMood({ moodState: 'negative', customMessage: message });
  const seen = await cast.seeMood();
  story.tell(`${userName} reads "${seen.customMessage}" and complains. An administrator looks at the mood.`);

  const overridden = await cast.override({ moodState: 'neutral', reason, reasonCode: 'inappropriate_message', holdMinutes });
  story.tell(`The administrator sets the mood to neutral, with a reason and a hold of ${holdMinutes} minutes.`, { reason });
  const now = await cast.seeMood();
  story.expect(
    now.moodState === 'neutral' && now.customMessage === null && now.updatedBy === 'admin',
    `${userName} sees a neutral mood without the message`,
    `${now.moodState}, set by ${now.updatedBy}`,
  );

  const [notification] = await watch(cast.seeNotifications, (list) => list.length > 0, 5_000);
  story.expect(
    notification?.type === 'mood_overridden' && !notification.text.includes(reason),
    `${modelName} is told, in words of the platform`,
    notification === undefined ? 'nothing' : `"${notification.text}"`,
  );

  const [entry] = await cast.seeAuditLog();
  story.expect(
    entry?.adminUserId === cast.adminId && entry.adminReason === reason && entry.changedBy === 'admin',
    'the audit log names the administrator and the reason',
    entry === undefined ? 'nothing' : `${entry.previousState} → ${entry.newState} by ${entry.adminUserId}: "${entry.adminReason}"`,
  );

  const refusal = await cast.trySetMood({ moodState: 'negative', customMessage: message });
  story.expect(
    refusal?.error === 'MOOD_HELD' && refusal.heldUntil === overridden.heldUntil,
    `${modelName} cannot set it back in the next second`,
    refusal === null ? 'it was set' : `${refusal.error} until ${refusal.heldUntil}`,
  );
}
