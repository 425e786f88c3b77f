import type { Flags } from '../flags/ports.ts';
import type { Mood } from './mood.ts';

/** Whether users see the custom messages of a model (the flag `custom-messages.show`). */
export function isMessageShown(flags: Flags, modelId: string): boolean | Promise<boolean> {
  return flags.isOn('custom-messages.show', { id: modelId, role: 'model' });
}

/** One object for each mood, so that what is made of it is made once. */
const withoutMessages = new WeakMap<Mood, Mood>();

function withoutMessage(mood: Mood): Mood {
  const known = withoutMessages.get(mood);
  if (known !== undefined) return known;
  const without = { ...mood, customMessage: null };
  withoutMessages.set(mood, without);
  return without;
}

/** A mood as users see it: without its custom message while those of the model are not shown. At once, where the flag is known. */
export function asUsersSee(flags: Flags, mood: Mood): Mood | Promise<Mood> {
  if (mood.customMessage === null) return mood;
  const isShown = isMessageShown(flags, mood.modelId);
  const seen = (shown: boolean) => (shown ? mood : withoutMessage(mood));
  return typeof isShown === 'boolean' ? seen(isShown) : isShown.then(seen);
}

/** A mood as somebody sees it: the model and administrators always see the custom message. */
export function asSeenBy(flags: Flags, { role, subject }: { role: string; subject: string }, mood: Mood): Mood | Promise<Mood> {
  return role === 'admin' || subject === mood.modelId ? mood : asUsersSee(flags, mood);
}
