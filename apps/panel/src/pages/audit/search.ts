import * as z from 'zod/mini';

/** A text of the address; empty when it is not there or is not of this form. */
const text = (form: z.ZodMiniType<string, string> = z.string()) => z._default(z.catch(form, ''), '');

/** What the audit page is asked for, in its address. `open` is the model and the version of the entry that is open. */
export const auditSearch = z.object({
  modelId: text(),
  admin: text(),
  changedBy: text(z.enum(['', 'model', 'admin', 'system'])),
  state: text(z.enum(['', 'neutral', 'positive', 'negative'])),
  from: text(z.string().check(z.regex(/^(\d{4}-\d{2}-\d{2})?$/))),
  to: text(z.string().check(z.regex(/^(\d{4}-\d{2}-\d{2})?$/))),
  cursor: text(),
  open: text(z.string().check(z.regex(/^([0-9a-f-]{36}\.\d+)?$/))),
});

/** Days of the reader's zone as moments: `to` is the last day that is wanted, so its end. */
export function boundsOf({ from, to }: { from: string; to: string }): { from?: string; to?: string } {
  const startOf = (day: string, more: number) => {
    const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
    return new Date(year, month - 1, date + more).toISOString();
  };
  return { ...(from !== '' && { from: startOf(from, 0) }), ...(to !== '' && { to: startOf(to, 1) }) };
}
