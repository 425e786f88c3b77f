import { escapeIdentifier } from 'pg';
import type { Client } from 'pg';

export interface FunctionChange {
  /** The function's name; there is one of it. */
  name: string;
  /** The text that is replaced. */
  from: RegExp;
  /** By this. A function that has it has been changed. */
  to: string;
}

/**
 * Changes a part of one of BullMQ's functions. Its signature stays, so workers of another release go on with it.
 * @throws Error when the function is not the one that the change was written for.
 */
export async function changeFunction(client: Client, schema: string, { name, from, to }: FunctionChange): Promise<void> {
  const { rows } = await client.query<{ definition: string }>(
    `SELECT pg_get_functiondef(oid) AS definition FROM pg_proc WHERE proname = $2 AND pronamespace = $1::regnamespace`,
    [escapeIdentifier(schema), name],
  );
  const [definition = ''] = rows.map((row) => row.definition);
  if (definition.includes(to)) return;
  // By a function: `$` means something in a replacement.
  const changed = definition.replace(from, () => to);
  if (rows.length !== 1 || changed === definition) {
    throw new Error(`"${schema}".${name} is not the function of BullMQ that this release knows`);
  }
  await client.query(changed);
}
