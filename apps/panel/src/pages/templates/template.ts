import type {
  templateDifferenceSchema,
  templatePageSchema,
  templatePreviewSchema,
  templateSchema,
  templateVersionPageSchema,
} from '@mood/contract/template-administration';
import type { z } from 'zod';

export type Template = z.output<typeof templateSchema>;
export type TemplatePage = z.output<typeof templatePageSchema>;
export type TemplatePreview = z.output<typeof templatePreviewSchema>;
export type Warning = TemplatePreview['warnings'][number];
export type VersionPage = z.output<typeof templateVersionPageSchema>;
export type Version = VersionPage['versions'][number];
export type Difference = z.output<typeof templateDifferenceSchema>;

/** What an administrator decides about a template. */
export type Draft = Pick<Template, (typeof draftFields)[number]>;

export const draftFields = [
  'moodState',
  'templateType',
  'tierLevel',
  'locale',
  'content',
  'priority',
  'active',
  'experiment',
  'weight',
] as const;
export type Field = (typeof draftFields)[number];

export const moods = ['positive', 'neutral', 'negative'] as const;
export const types = ['greeting', 'farewell', 'auto_response', 'tip_thank_you'] as const;
export const tiers = ['free', 'bronze', 'silver', 'gold', 'platinum'] as const;

/** What a new template has before anybody decides: the API's own defaults. */
export const emptyDraft: Draft = {
  moodState: 'positive',
  templateType: 'greeting',
  tierLevel: null,
  locale: null,
  content: '',
  priority: 100,
  active: true,
  experiment: null,
  weight: 1,
};

/** The fields of a draft alone. */
export function draftOf(source: Draft): Draft {
  const { moodState, templateType, tierLevel, locale, content, priority, active, experiment, weight } = source;
  return {
    moodState,
    templateType,
    tierLevel,
    locale,
    content,
    priority,
    active,
    experiment,
    weight,
  };
}

export const fieldsThatDiffer = (one: Draft, other: Draft): Field[] => draftFields.filter((field) => one[field] !== other[field]);

/** Fields whose change starts a new phase of an experiment: who is in it, and what they read. `active` adds or takes a variant. */
const phaseFields = new Set<Field>(['moodState', 'templateType', 'tierLevel', 'locale', 'content', 'active', 'experiment', 'weight']);

/** The experiment that gets a new phase when the draft is saved over what is live; null: none. */
export function experimentTouched(live: Draft, draft: Draft): string | null {
  const name = live.experiment ?? draft.experiment;
  if (name === null || (!live.active && !draft.active)) return null;
  return fieldsThatDiffer(live, draft).some((field) => phaseFields.has(field)) ? name : null;
}

/**
 * What to go on with after somebody else has saved: what only they changed is theirs, everything that I changed is mine.
 * @param base what both began with.
 */
export function merged(base: Draft, theirs: Draft, yours: Draft): Draft {
  const mine = Object.fromEntries(fieldsThatDiffer(base, yours).map((field) => [field, yours[field]]));
  return { ...draftOf(theirs), ...mine };
}
