import type { Run } from '@mood/runtime';
import { eventually } from '@mood/testing/eventually';

const sophia = 'a0000000-0000-4000-8000-000000000001';
const people = { sophia, elena: 'a0000000-0000-4000-8000-000000000002', marcus: 'a0000000-0000-4000-8000-000000000003' };
const john = 'b0000000-0000-4000-8000-000000000001';

async function ask(method: string, url: string, body?: object, token?: string): Promise<Record<string, unknown>> {
  const answer = await fetch(url, {
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url} was answered ${answer.status}: ${text}`);
  return JSON.parse(text === '' ? '{}' : text);
}

/** What the pictures show: three models with their moods, a user who writes to one of them, and her automatic reply. */
export async function playScene({ apiUrl, sandboxUrl }: Run): Promise<{ sophia: string; john: string }> {
  const api = `${apiUrl}/api/v1`;
  const tokenOf = async (role: string, subject?: string) =>
    String((await ask('POST', `${sandboxUrl}/oauth/token`, { role, ...(subject !== undefined && { subject }) }))['access_token']);
  const terms = await ask('GET', `${api}/mood/terms`, undefined, await tokenOf('model', sophia));
  const moods = [
    [people.sophia, { moodState: 'neutral' }],
    [people.sophia, { moodState: 'negative', customMessage: 'A slow day, be kind' }],
    [people.elena, { moodState: 'negative', customMessage: 'Back after a break' }],
    [people.marcus, { moodState: 'neutral' }],
    [people.sophia, { moodState: 'positive', customMessage: 'Feeling great today!', autoRespond: true, responseDelay: 1 }],
  ] as const;
  for (const [modelId, mood] of moods) {
    const token = await tokenOf('model', modelId);
    await ask('POST', `${api}/mood/terms`, { accept: true, version: terms['version'] }, token);
    await ask('POST', `${api}/mood/update`, mood, token);
  }
  await ask(
    'POST',
    `${api}/admin/mood/${people.elena}/update`,
    { moodState: 'neutral', reason: 'asked for by the model' },
    await tokenOf('admin'),
  );
  const conversation = encodeURIComponent(`${john}:${sophia}`);
  await ask('POST', `${sandboxUrl}/sandbox/conversations/${conversation}/messages`, {
    userId: john,
    modelId: sophia,
    text: 'Hi Sophia! How are you?',
  });
  await eventually(
    () => ask('GET', `${sandboxUrl}/sandbox/messages?conversationId=${conversation}`),
    (found) => JSON.stringify(found).includes('"automated":true'),
    15_000,
  );
  return { sophia, john };
}
