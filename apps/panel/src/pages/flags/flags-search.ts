import * as z from 'zod/mini';

/** Whose history is open, in the page's address. */
export const flagsSearch = z.object({ history: z.catch(z.string(), '') });
