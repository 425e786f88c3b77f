import * as z from 'zod/mini';
import { moods, tiers, types } from './template.ts';

const draft = z.object({
  moodState: z.enum(moods),
  templateType: z.enum(types),
  tierLevel: z.nullable(z.enum(tiers)),
  locale: z.nullable(z.string()),
  content: z.string(),
  priority: z.number(),
  active: z.boolean(),
  experiment: z.nullable(z.string()),
  weight: z.number(),
});
const typed = z.string();

/** What somebody has typed and not saved, with what they began with: version 0 of a new template. */
export const unsavedTemplate = z.object({
  form: z.object({ ...draft.shape, priority: typed, weight: typed, locale: typed, experiment: typed, reason: typed }),
  base: draft,
  version: z.number(),
});

/** @param id of the template; `new`. */
export const draftName = (id: string): string => `template ${id}`;
