import type { Answer } from './api-client.ts';
import type { Stack } from './stack.ts';

export interface SavedTemplate {
  id: string;
  version: number;
  createdAt: string;
}

const path = '/api/v1/admin/mood/template';

/** Creates a template, or replaces the one whose `id` the draft names. @throws with the answer when it was refused. */
export async function saveTemplate(stack: Stack, admin: string, draft: object): Promise<SavedTemplate> {
  const { status, body }: Answer = await stack.api.post(path, draft, admin);
  if (status !== 200) throw new Error(`the template was not saved: ${JSON.stringify(body)}`);
  return body;
}

/** Takes every template out of use. An API knows of it at the latest after the next change that is made through it. */
export async function retireTemplates(stack: Stack): Promise<void> {
  await stack.database.query(`UPDATE mood_messaging_templates SET active = false WHERE active`);
}
