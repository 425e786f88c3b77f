import { codePointLength } from '@mood/domain/vocabulary';
import type { moodUpdateSchema } from '@mood/contract/moods';
import type { z } from 'zod';
import type { MoodState } from '../../ui/mood-name.tsx';
import { asPicked, endOf, pickedEnd } from './ends.ts';
import type { EndChip } from './ends.ts';

/** What makes a mood, as the API answers it. */
export interface MoodSettings {
  moodState: MoodState;
  customMessage: string | null;
  autoRespond: boolean;
  responseDelay: number;
  /** ISO 8601; null: never. */
  expiresAt: string | null;
}

/** The end that a draft has. Chips become a moment when they are saved, not before. */
export type DraftEnd = { choice: 'never' | EndChip } | { choice: 'kept'; at: string } | { choice: 'pick'; local: string };

/** A mood while it is being made. */
export interface Draft {
  moodState: MoodState;
  /** As typed. */
  message: string;
  autoRespond: boolean;
  /** As typed. */
  delay: string;
  end: DraftEnd;
}

/** What `POST /mood/update` is sent. */
export type MoodUpdate = z.input<typeof moodUpdateSchema>;

export const draftOf = (mood: MoodSettings): Draft => ({
  moodState: mood.moodState,
  message: mood.customMessage ?? '',
  autoRespond: mood.autoRespond,
  delay: String(mood.responseDelay),
  end: mood.expiresAt === null ? { choice: 'never' } : { choice: 'kept', at: mood.expiresAt },
});

export const isSameDraft = (one: Draft, other: Draft): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Characters as the limit counts them: Unicode code points of NFC, as typed. */
export const charactersOf = (message: string): number => codePointLength(message.normalize('NFC'));

/** Messages are one line: what a paste brings of others becomes blanks. */
export const inOneLine = (text: string): string => text.replaceAll(/[\t ]*[\r\n\u2028\u2029]+[\t ]*/g, ' ').replaceAll('\t', ' ');

/** @returns undefined for what the API would refuse. */
export function readDelay(typed: string): number | undefined {
  return /^\d{1,3}$/.test(typed.trim()) && Number(typed) <= 300 ? Number(typed) : undefined;
}

export type EndProblem = 'missing' | 'over';

/** When the mood would end if it were saved now; null: never. */
export function endOfDraft(end: DraftEnd, now: number, zone: string): Date | null | EndProblem {
  switch (end.choice) {
    case 'never':
      return null;
    case 'kept':
      return notOver(new Date(end.at), now);
    case 'pick':
      return notOver(pickedEnd(end.local, zone), now);
    case 'halfHour':
    case 'hour':
    case 'fourHours':
    case 'today':
    case 'tomorrow':
      return endOf(end.choice, now, zone);
  }
}

const notOver = (at: Date | undefined, now: number): Date | EndProblem =>
  at === undefined ? 'missing' : at.getTime() <= now ? 'over' : at;

/** The end that a field for a day and a time begins with: what was chosen until now, else an hour from now. */
export function pickFrom(end: DraftEnd, now: number, zone: string): DraftEnd {
  const before = endOfDraft(end, now, zone);
  return { choice: 'pick', local: asPicked(before instanceof Date ? before.getTime() : endOf('hour', now, zone).getTime(), zone) };
}

export type DraftProblems = { delay?: true; end?: EndProblem };

/** The draft as it is sent, or what has to be put right before. */
export function updateOf(draft: Draft, now: number, zone: string): MoodUpdate | DraftProblems {
  const delay = draft.autoRespond ? readDelay(draft.delay) : (readDelay(draft.delay) ?? 0);
  const end = endOfDraft(draft.end, now, zone);
  if (delay === undefined || typeof end === 'string') {
    return { ...(delay === undefined && { delay: true }), ...(typeof end === 'string' && { end }) };
  }
  return {
    moodState: draft.moodState,
    customMessage: draft.message.trim() === '' ? null : draft.message,
    autoRespond: draft.autoRespond,
    responseDelay: delay,
    expiresAt: end?.toISOString() ?? null,
  };
}

export const isUpdate = (result: MoodUpdate | DraftProblems): result is MoodUpdate => 'moodState' in result;

/** What is previewed: only what the texts depend on, so that the same texts are not asked for again. */
export const previewOf = (draft: Draft): MoodUpdate => ({
  moodState: draft.moodState,
  customMessage: draft.message === '' ? null : draft.message,
});

const neutral: MoodUpdate = { moodState: 'neutral', customMessage: null, autoRespond: false, responseDelay: 0, expiresAt: null };

/** What brings a mood back that was replaced: the same, or neutral when it would have ended meanwhile. */
export function updateBackTo(mood: MoodSettings, now: number): MoodUpdate {
  const { moodState, customMessage, autoRespond, responseDelay, expiresAt } = mood;
  if (expiresAt !== null && Date.parse(expiresAt) <= now) return neutral;
  return { moodState, customMessage, autoRespond, responseDelay, expiresAt };
}

/** What is typed, and the mood that it was begun from. */
export interface Edit<Mood extends MoodSettings> {
  base: Mood;
  draft: Draft;
}

export const isChanged = ({ base, draft }: Edit<MoodSettings>): boolean => !isSameDraft(draft, draftOf(base));

export const editOf = <Mood extends MoodSettings>(mood: Mood): Edit<Mood> => ({ base: mood, draft: draftOf(mood) });

/** Whether the mood that was edited has ended: one that ends was last changed at its end. */
export const hasEnded = (base: MoodSettings, current: { lastUpdated: string }): boolean =>
  base.expiresAt !== null && Date.parse(base.expiresAt) === Date.parse(current.lastUpdated);

/** A draft that was to end as its mood did has no end when that is over. */
export function withoutOldEnd<Mood extends MoodSettings>(edit: Edit<Mood>, current: { lastUpdated: string }): Edit<Mood> {
  const { base, draft } = edit;
  const isOld = hasEnded(base, current) && draft.end.choice === 'kept' && draft.end.at === base.expiresAt;
  return isOld ? { base, draft: { ...draft, end: { choice: 'never' } } } : edit;
}

/** After the mood itself was changed from here: what is typed stays, and what was not touched follows. */
export function rebased<Mood extends MoodSettings>(edit: Edit<Mood>, mood: Mood): Edit<Mood> {
  if (!isChanged(edit)) return editOf(mood);
  const { draft } = edit;
  return { base: mood, draft: draft.end.choice === 'kept' ? { ...draft, end: draftOf(mood).end } : draft };
}
