import { templateGroup } from '../analytics/template-group.ts';
import { DependencyUnavailable } from '../errors.ts';
import type { Flags } from '../flags/ports.ts';
import { effectiveMood } from '../moods/mood.ts';
import type { Mood } from '../moods/mood.ts';
import type { MoodStore } from '../moods/ports.ts';
import { asUsersSee } from '../moods/shown-message.ts';
import { knownOrNull } from '../platform-ports.ts';
import type { PerformerDirectory, UserDirectory } from '../platform-ports.ts';
import { allowedValues } from '../templates/allowed-values.ts';
import type { ValuePolicy } from '../templates/allowed-values.ts';
import { composeMessage } from '../templates/compose-message.ts';
import { areExperimentsOn } from '../templates/experiments-switch.ts';
import type { SkippedTemplate } from '../templates/first-renderable.ts';
import type { SkippedTemplates, TemplateSource, UsageCounter } from '../templates/ports.ts';
import type { OnRender } from '../templates/render-message.ts';
import { inertValue } from '../templates/template-values.ts';
import { heldOutReason, isTooLate } from './auto-reply.ts';
import type { AutoReply, AutoReplyRules, CancelReason, ChosenReply, PreparedReply } from './auto-reply.ts';
import { cancelReply } from './reply-outcomes.ts';
import type { ReplyOutcomeDependencies } from './reply-outcomes.ts';
import { isSendingOn } from './sending-switch.ts';

export interface PrepareAutoReplyDependencies extends ValuePolicy, ReplyOutcomeDependencies {
  moods: MoodStore;
  flags: Flags;
  templates: TemplateSource;
  usage: UsageCounter;
  skippedTemplates: SkippedTemplates;
  onRender?: OnRender;
  users: UserDirectory;
  performers: PerformerDirectory;
  autoReplyRules: Pick<AutoReplyRules, 'maxLateSeconds'>;
  clock: () => Date;
}

type User = NonNullable<Awaited<ReturnType<UserDirectory['findUser']>>>;
type UnnamedUser = Pick<User, 'displayName' | 'tier' | 'locale' | 'timeZone'>;

/**
 * Looks up a user for a message. If the User Service does not answer, the message goes out without name and tier.
 * @returns null when there is no such user.
 */
async function knownOrUnnamed(lookup: Promise<User | null>): Promise<UnnamedUser | null> {
  try {
    return await lookup;
  } catch (error) {
    if (error instanceof DependencyUnavailable) return { displayName: null, tier: null, locale: null };
    throw error;
  }
}

export type PrepareOutcome =
  | { kind: 'deliver'; reply: ChosenReply }
  | { kind: 'too_early'; remainingMs: number }
  /** Nothing to do: the reply was sent, cancelled, or is unknown. */
  | { kind: 'over'; reason: string };

/** Chooses the text. @returns null when the User Service knows no such user. */
async function prepare(
  deps: PrepareAutoReplyDependencies,
  reply: AutoReply,
  mood: Mood,
): Promise<(PreparedReply & { skipped: SkippedTemplate[] }) | null> {
  const [user, performer, index] = await Promise.all([
    knownOrUnnamed(deps.users.findUser(reply.userId)),
    knownOrNull(deps.performers.findPerformer(reply.modelId)),
    deps.templates.current(),
  ]);
  if (user === null) return null;
  const { tier, locale } = user;
  // Users choose their own names, so they are held against the content policy.
  const { userName = null } = user.displayName === null ? {} : allowedValues(deps, { userName: inertValue(user.displayName) });
  const message = composeMessage({
    index,
    templateType: 'auto_response',
    mood: await asUsersSee(deps.flags, mood),
    tier,
    locale,
    userId: reply.userId,
    experiments: await areExperimentsOn(deps.flags, reply.userId),
    userName,
    modelName: performer?.displayName ?? null,
    now: deps.clock(),
    timeZone: user.timeZone ?? performer?.timeZone,
  });
  const { text, template, skipped, exposure } = message;
  return { text, template, moodState: mood.moodState, tier, skipped, ...(exposure !== undefined && { exposure }) };
}

/**
 * A reply is due: checks again whether it is wanted, and chooses its text by the current mood. Repeating it is harmless.
 * @throws DependencyUnavailable.
 */
export async function prepareAutoReply(deps: PrepareAutoReplyDependencies, autoReplyId: string): Promise<PrepareOutcome> {
  return look(deps, autoReplyId, null);
}

/** Whether the reply can still be sent. */
const isOpen = ({ status }: AutoReply): boolean => status === 'pending' || status === 'sending' || status === 'failed';

function isChosen(reply: AutoReply): reply is ChosenReply {
  return reply.status === 'sending' && reply.text !== null;
}

/** @param refusedVersion the version of the mood with which sending could not begin a moment ago. */
async function look(deps: PrepareAutoReplyDependencies, autoReplyId: string, refusedVersion: number | null): Promise<PrepareOutcome> {
  async function cancel(reason: CancelReason): Promise<PrepareOutcome> {
    await cancelReply(deps, autoReplyId, reason);
    return { kind: 'over', reason };
  }

  const reply = await deps.autoReplies.find(autoReplyId);
  if (reply === null) return { kind: 'over', reason: 'unknown' };
  if (isOpen(reply) && isTooLate(reply, deps.autoReplyRules)) return cancel('too_late');
  // Once it is due: one whose time comes when sending is on again goes out.
  if (isOpen(reply) && reply.remainingMs <= 0 && !(await isSendingOn(deps.flags, reply.modelId))) return cancel('sending_off');
  if (isChosen(reply)) return { kind: 'deliver', reply };
  // A failed reply is retried by an operator, or its message was reported again.
  if (reply.status === 'failed' && (await deps.autoReplies.reopen(autoReplyId))) return look(deps, autoReplyId, null);
  if (reply.status !== 'pending') return { kind: 'over', reason: reply.status };
  if (reply.remainingMs > 0) return { kind: 'too_early', remainingMs: reply.remainingMs };

  const stored = await deps.moods.find(reply.modelId);
  const mood = stored === null ? null : effectiveMood(stored, reply.asOf);
  // The same mood refused the reply and it is still pending: the mood has ended meanwhile.
  if (mood === null || !mood.autoRespond || mood.version === refusedVersion) {
    return cancel(stored?.autoRespond === true ? 'mood_expired' : 'auto_respond_off');
  }
  const chosen = await prepare(deps, reply, mood);
  if (chosen === null) return cancel('recipient_gone');
  const { skipped, ...prepared } = chosen;
  const isHeldOut = prepared.exposure?.heldOut === true;
  const begun = await (isHeldOut ? deps.autoReplies.holdOut(autoReplyId, prepared) : deps.autoReplies.beginSending(autoReplyId, prepared));
  // Cancelled, switched off, or begun by another worker while this one was choosing the text: look again.
  if (!begun) return look(deps, autoReplyId, mood.version);
  if (isHeldOut) {
    deps.onReplyOutcome?.(heldOutReason);
    return { kind: 'over', reason: heldOutReason };
  }
  deps.onRender?.('auto_response', prepared.template === null ? 'built_in' : 'rendered');
  const use = { templateType: 'auto_response', moodState: prepared.moodState, tier: prepared.tier } as const;
  // A built-in text has no template.
  deps.processCounter?.count('templates_rendered', templateGroup({ ...use, template: prepared.template }), null);
  for (const { template, missing } of skipped) {
    deps.usage.count(template.id, 'failed');
    deps.processCounter?.count('templates_skipped', templateGroup({ ...use, template }), null);
    deps.skippedTemplates.note(template, missing, prepared.template !== null);
  }
  if (prepared.template !== null) deps.usage.count(prepared.template.id, 'rendered');
  return { kind: 'deliver', reply: { ...reply, status: 'sending', text: prepared.text } };
}
