import * as z from 'zod/mini';

/** How an ID can begin: eight, four, four, four and twelve digits, with dashes between. */
export const isBeginningOfId = (text: string): boolean =>
  text !== '' &&
  text.split('-').every((part, index, parts) => {
    const length = [8, 4, 4, 4, 12][index];
    const isLast = index === parts.length - 1;
    return length !== undefined && /^[0-9a-f]*$/.test(part) && (isLast ? part.length <= length : part.length === length);
  });

/** Filters of the list, in its address; empty: all. Names and values are those of the API. */
export const modelsSearch = z.object({
  q: z.catch(z.string().check(z.refine(isBeginningOfId)), ''),
  moodState: z.catch(z.enum(['', 'neutral', 'positive', 'negative']), ''),
  changedBy: z.catch(z.enum(['', 'model', 'admin', 'system']), ''),
  atLimit: z.catch(z.enum(['', 'true', 'false']), ''),
  cursor: z.catch(z.string(), ''),
});
