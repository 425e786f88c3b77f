import * as z from 'zod/mini';
import { moods, tiers, types } from './template.ts';

const mood = z.catch(z.enum(['', ...moods]), '');
const type = z.catch(z.enum(['', ...types]), '');

/** Filters of the list, in its address; names and values are those of the API. Empty: all. */
export const templatesSearch = z.object({
  moodState: mood,
  templateType: type,
  tierLevel: z.catch(z.enum(['', 'none', ...tiers]), ''),
  active: z.catch(z.enum(['', 'true', 'false']), ''),
  experiment: z.catch(z.string(), ''),
  offset: z._default(z.catch(z.pipe(z.string().check(z.regex(/^\d{1,9}$/)), z.transform(Number)), 0), 0),
});
export type TemplatesSearch = z.output<typeof templatesSearch>;

/** Where a new template begins that another place of the panel asks for. */
export const newSearch = z.object({
  moodState: mood,
  templateType: type,
  tierLevel: z.catch(z.enum(['', ...tiers]), ''),
});

export const noFilters = {
  moodState: '',
  templateType: '',
  tierLevel: '',
  active: '',
  experiment: '',
  offset: 0,
} as const;
