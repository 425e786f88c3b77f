import { effectiveMood } from '../moods/mood.ts';
import type { Mood } from '../moods/mood.ts';
import type { MoodStore } from '../moods/ports.ts';
import { knownOrNull } from '../platform-ports.ts';
import type { PerformerDirectory, UserDirectory } from '../platform-ports.ts';
import { allowedValues } from '../templates/allowed-values.ts';
import type { ValuePolicy } from '../templates/allowed-values.ts';
import { composeMessage } from '../templates/compose-message.ts';
import type { TemplateSource, UsageCounter } from '../templates/ports.ts';
import { inertValue } from '../templates/template-values.ts';
import type { AutoReply, ChosenReply, PreparedReply } from './auto-reply.ts';
import type { AutoReplyStore } from './ports.ts';

export interface PrepareAutoReplyDependencies extends ValuePolicy {
  autoReplies: AutoReplyStore;
  moods: MoodStore;
  templates: TemplateSource;
  usage: UsageCounter;
  users: UserDirectory;
  performers: PerformerDirectory;
  clock: () => Date;
}

export type PrepareOutcome =
  | { kind: 'deliver'; reply: ChosenReply }
  | { kind: 'too_early'; remainingMs: number }
  /** Nothing to do: sent, cancelled, or unknown. */
  | { kind: 'over'; reason: string };

async function prepare(deps: PrepareAutoReplyDependencies, reply: AutoReply, mood: Mood): Promise<PreparedReply> {
  const [user, performer, index] = await Promise.all([
    knownOrNull(deps.users.findUser(reply.userId)),
    knownOrNull(deps.performers.findPerformer(reply.modelId)),
    deps.templates.current(),
  ]);
  const tier = user?.tier ?? null;
  // Users choose their names.
  const { userName = null } =
    user === null || user.displayName === null ? {} : allowedValues(deps, { userName: inertValue(user.displayName) });
  const message = composeMessage({
    index,
    templateType: 'auto_response',
    mood,
    tier,
    locale: user?.locale ?? null,
    userId: reply.userId,
    userName,
    modelName: performer?.displayName ?? null,
    now: deps.clock(),
  });
  return { text: message.text, template: message.template, moodState: mood.moodState, tier };
}

/**
 * An auto-reply is due: looks again whether it is still wanted, and chooses its text by the mood of this moment.
 * Repeating it is harmless. @throws DependencyUnavailable.
 */
export async function prepareAutoReply(deps: PrepareAutoReplyDependencies, autoReplyId: string): Promise<PrepareOutcome> {
  return look(deps, autoReplyId, null);
}

function isChosen(reply: AutoReply): reply is ChosenReply {
  return reply.status === 'sending' && reply.text !== null;
}

/** @param refusedVersion the version of the mood by which a reply could not begin a moment ago. */
async function look(deps: PrepareAutoReplyDependencies, autoReplyId: string, refusedVersion: number | null): Promise<PrepareOutcome> {
  const reply = await deps.autoReplies.find(autoReplyId);
  if (reply === null) return { kind: 'over', reason: 'unknown' };
  if (isChosen(reply)) return { kind: 'deliver', reply };
  // An operator has its job retried, or the message service reports its message again.
  if (reply.status === 'failed' && (await deps.autoReplies.reopen(autoReplyId))) return look(deps, autoReplyId, null);
  if (reply.status !== 'pending') return { kind: 'over', reason: reply.status };
  if (reply.remainingMs > 0) return { kind: 'too_early', remainingMs: reply.remainingMs };

  const stored = await deps.moods.find(reply.modelId);
  const mood = stored === null ? null : effectiveMood(stored, reply.asOf);
  // Still pending and refused by this very mood: it has ended in between.
  if (mood === null || !mood.autoRespond || mood.version === refusedVersion) {
    const reason = stored?.autoRespond === true ? 'mood_expired' : 'auto_respond_off';
    await deps.autoReplies.cancel(autoReplyId, reason);
    return { kind: 'over', reason };
  }
  const prepared = await prepare(deps, reply, mood);
  const begun = await deps.autoReplies.beginSending(autoReplyId, prepared);
  // Cancelled, switched off, or begun by another worker while this one was choosing the text: look again.
  if (!begun) return look(deps, autoReplyId, mood.version);
  if (prepared.template !== null) deps.usage.count(prepared.template.id, 'rendered');
  return { kind: 'deliver', reply: { ...reply, status: 'sending', text: prepared.text } };
}
