import type { Cast } from './cast.ts';
import type { Story } from './story.ts';

const amount = 50;

/** The words of a template, without its variables. */
const literalsOf = (template: string) => template.split(/\{\{[^}]*\}\}/).filter((words) => words.trim() !== '');

/** Contract, Appendix A, use case 2: a user tips, and the thanks are those of the model's mood and the user's tier. */
export async function tellUseCase2(story: Story, cast: Cast): Promise<void> {
  const { modelName, userName, userTier } = cast;
  story.title(`Use case 2: ${userName} tips ${modelName}`);
  await cast.acceptTerms();
  await cast.setMood({ moodState: 'positive' });
  story.tell(`${modelName} sets "positive".`);

  const forTier = await cast.seeTemplate('tip_thank_you', userTier);
  const forEveryone = await cast.seeTemplate('tip_thank_you');
  story.expect(
    forTier.moodState === 'positive' && forTier.template !== forEveryone.template,
    `there is a thank-you of the positive mood for ${userTier} users alone`,
    `"${forTier.template}"`,
  );

  const thanks = await cast.tip(amount);
  story.tell(`${userName} (${userTier}) tips $${amount}, and the message service has the thanks rendered.`);
  story.expect(
    literalsOf(forTier.template).every((words) => thanks.text.includes(words)),
    `${userName} is thanked in the words of the mood and the tier`,
    `"${thanks.text}"`,
  );
  const named = thanks.text.includes(userName) && thanks.text.includes(`$${amount}`);
  story.expect(named, 'by name, and for the amount', `${userName}, $${amount}`);

  const sent = await cast.seeReplies();
  story.expect(sent.length === 1 && sent[0]?.id === thanks.id, 'the message service has sent one message', `${sent.length} message`);
}
