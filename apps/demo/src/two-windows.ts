import type { Run } from '@mood/runtime';
import { z } from 'zod';

const person = z.object({ id: z.string(), displayName: z.string() });
const directorySchema = z.object({ performers: z.tuple([person], person), users: z.tuple([person], person) });

/** Which two pages to lay side by side, and what to do there. */
export async function describeWindows({ apiUrl, sandboxUrl }: Pick<Run, 'apiUrl' | 'sandboxUrl'>): Promise<string> {
  const directory = await fetch(`${sandboxUrl}/sandbox/directory?limit=1`);
  const { performers, users } = directorySchema.parse(await directory.json());
  const [[model], [user]] = [performers, users];
  return `
Lay these two pages side by side:

  ${`${model.displayName}, a model`.padEnd(20)} ${apiUrl}/panel/
  ${`${user.displayName}, a user`.padEnd(20)} ${sandboxUrl}/?user=${user.id}&model=${model.id}

1. On the left sign in as ${model.displayName}, accept the terms, choose a mood with a message, and let users be answered after 5 seconds.
2. On the right the badge beside ${model.displayName} changes at once. Write to her: the page counts down to her reply.
3. Tip her, leave, and break a service of the platform in the drawer "Platform".`;
}
