import type { namesSchema } from '@mood/contract/people';
import type { z } from 'zod';
import { get } from './api.ts';

type Names = z.output<typeof namesSchema>;

/** IDs that are asked about together: as many as the API names at once. */
interface Batch {
  ids: Set<string>;
  names: Promise<ReadonlyMap<string, string>>;
}

const mostAtOnce = 100;
let open: Batch | undefined;

/**
 * The name of a person, for administrators. Those who are looked for in the same moment, such as all of a table, are asked about together.
 * @returns null: nobody knows one. @throws ApiError.
 */
export async function findName(id: string): Promise<string | null> {
  if (open === undefined || open.ids.size >= mostAtOnce) open = openBatch();
  open.ids.add(id.toLowerCase());
  return (await open.names).get(id.toLowerCase()) ?? null;
}

function openBatch(): Batch {
  const ids = new Set<string>();
  return { ids, names: askSoon(ids) };
}

async function askSoon(ids: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  await new Promise((resolve) => void setTimeout(resolve));
  if (open?.ids === ids) open = undefined;
  const { people } = await get<Names>('/admin/mood/people', { ids: [...ids].join(',') });
  return new Map(people.map(({ id, displayName }) => [id, displayName]));
}
