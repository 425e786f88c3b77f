import * as z from 'zod/mini';
import { isWholeId } from '../../ui/ids.ts';

/** A text of the address; empty when it is not there or is not of this form. */
const text = (form: z.ZodMiniType<string, string> = z.string()) => z._default(z.catch(form, ''), '');

const none = z.literal('');
/** A day as the reader chooses it, or a moment in UTC as other pages link to it. */
const dayOrMoment = z.union([none, z.iso.date(), z.iso.datetime()]);
const wholeId = z.union([none, z.string().check(z.refine(isWholeId))]);

/** What the audit page is asked for, in its address. `open` is the model and the version of the entry that is open. */
export const auditSearch = z.object({
  modelId: text(wholeId),
  admin: text(wholeId),
  changedBy: text(z.enum(['', 'model', 'admin', 'system'])),
  state: text(z.enum(['', 'neutral', 'positive', 'negative'])),
  from: text(dayOrMoment),
  to: text(dayOrMoment),
  cursor: text(),
  open: text(z.string().check(z.regex(/^([0-9a-f-]{36}\.\d+)?$/))),
});

/** What is asked of the API. Days are of the reader's zone: `to` is the last that is wanted, so its end. */
export function boundsOf({ from, to }: { from: string; to: string }): { from?: string; to?: string } {
  const startOf = (bound: string, more: number) => {
    if (bound.includes('T')) return bound;
    const [year = 0, month = 1, date = 1] = bound.split('-').map(Number);
    return new Date(year, month - 1, date + more).toISOString();
  };
  return { ...(from !== '' && { from: startOf(from, 0) }), ...(to !== '' && { to: startOf(to, 1) }) };
}

/** The day of the reader's zone that a bound begins in, or, for a last moment, ends in. */
export function dayOf(bound: string, isEnd = false): string {
  if (!bound.includes('T')) return bound;
  const date = new Date(Date.parse(bound) - (isEnd ? 1 : 0));
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
