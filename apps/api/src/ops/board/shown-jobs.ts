import { jobCatalog } from '@mood/queue/catalog';
import { redact } from '@mood/runtime';
import { z } from 'zod';

/** The canaries of the workers carry nothing. */
const nothing = z.strictObject({});

const schemas = [...Object.values(jobCatalog).map(({ data }) => data), nothing];

/** Job data as the board shows it: ids and flags. Data of any other form came from elsewhere and may hold somebody's words. */
export function shownData(data: unknown): unknown {
  if (schemas.some((schema) => schema.safeParse(data).success)) return data;
  return { hidden: 'This data has not the form of any job of ours, and is not shown.' };
}

/** An answer of the board without tokens and the credentials of URLs, which an error's words could hold. */
export function withoutSecrets(body: string | Record<string, unknown>): string | Record<string, unknown> {
  return typeof body === 'string' ? redact(body) : JSON.parse(redact(JSON.stringify(body)));
}
