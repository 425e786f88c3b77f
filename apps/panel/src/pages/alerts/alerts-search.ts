import * as z from 'zod/mini';

/** Filters of the list, in its address: the open ones, unless it says otherwise. Names and values are those of the API. */
export const alertsSearch = z.object({
  status: z.catch(z.enum(['open', 'acknowledged', 'closed', 'all']), 'open'),
  rule: z.catch(z.enum(['', 'content_refusals', 'limit_refusals', 'changes']), ''),
  modelId: z.catch(z.string().check(z.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)), ''),
  cursor: z.catch(z.string(), ''),
});
