import type { Context } from 'hono';

/** Documents the header in the OpenAPI document. */
export const degradedHeader = {
  'Mood-Degraded': {
    description:
      'Present, and `true`, while the database does not answer: the mood may be out of date, or neutral because it is not known.',
    schema: { type: 'string', example: 'true' },
  },
} as const;

/** Says that an answer is the best that can be had at the moment (contract: INT-5). */
export function markDegraded(c: Context, degraded: boolean): void {
  if (degraded) c.header('Mood-Degraded', 'true');
}
