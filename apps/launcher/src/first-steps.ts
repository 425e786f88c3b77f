import { z } from 'zod';

export interface Places {
  apiUrl: string;
  sandboxUrl: string;
  logFolder: string;
}

/** Where API and worker answer operations. */
export interface MetricsPlaces {
  metrics: { api: string; worker: string };
}

/** Seconds that the demo model lets a user wait for the automatic reply. */
const responseDelay = 5;

const person = z.object({ id: z.string(), displayName: z.string() });
const directorySchema = z.object({ performers: z.tuple([person], person), users: z.tuple([person], person) });

/** What the lines that are printed speak of: who is there from the first start, and the version of the terms. */
export interface Example {
  model: z.output<typeof person>;
  user: z.output<typeof person>;
  termsVersion: string;
}

/** Asks the stand-in platform for its first people, and the API, as the first model, for the terms that models have to accept. */
export async function readExample({ apiUrl, sandboxUrl }: Places): Promise<Example> {
  const directory = await fetch(`${sandboxUrl}/sandbox/directory?limit=1`);
  const { performers, users } = directorySchema.parse(await directory.json());
  const issued = await fetch(`${sandboxUrl}/oauth/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ role: 'model' }),
  });
  const { access_token: token } = z.object({ access_token: z.string() }).parse(await issued.json());
  const terms = await fetch(`${apiUrl}/api/v1/mood/terms`, { headers: { Authorization: `Bearer ${token}` } });
  const { version } = z.object({ version: z.string() }).parse(await terms.json());
  return { model: performers[0], user: users[0], termsVersion: version };
}

/**
 * What a newcomer needs: where things are, and lines that work when they are pasted into another terminal (without
 * comments, which zsh would run).
 */
export function firstSteps(places: Places & MetricsPlaces, { model, user, termsVersion }: Example): string {
  const token = (role: string) =>
    `$(curl -s "$SANDBOX/oauth/token" -H 'Content-Type: application/json' -d '{"role":"${role}"}' | cut -d'"' -f4)`;
  const json = `-H 'Content-Type: application/json'`;
  const asModel = '-H "Authorization: Bearer $MODEL_TOKEN"';
  const asUser = '-H "Authorization: Bearer $USER_TOKEN"';

  return `
  Panel      ${places.apiUrl}/   (sign in as ${model.displayName}, a model, or as Robin, an administrator)
  Chat       ${places.sandboxUrl}/   (the platform's stand-in: be one of its users; /about says what else it does)
  API        ${places.apiUrl}/api/v1
  Try it     ${places.apiUrl}/docs
  OpenAPI    ${places.apiUrl}/openapi.json
  Queues     ${places.apiUrl}/ops/queues   (for administrators)
  Metrics    ${places.metrics.api}/metrics (API), ${places.metrics.worker}/metrics (worker)   (/livez and /readyz, too)
  Logs       ${places.logFolder}

Paste this into another terminal. The model ${model.displayName} accepts the terms and sets her mood, the user ${user.displayName} reads it and writes
to her, and ${responseDelay} seconds later the conversation has an automatic reply. (One in five minutes; write in "demo-2" to see another.)

  API=${places.apiUrl}/api/v1 SANDBOX=${places.sandboxUrl}
  MODEL_TOKEN=${token('model')}
  USER_TOKEN=${token('user')}

  curl -s $API/mood/terms ${asModel} ${json} -d '{"accept":true,"version":"${termsVersion}"}'; echo
  curl -s $API/mood/update ${asModel} ${json} -d '{"moodState":"positive","customMessage":"Feeling great today!","autoRespond":true,"responseDelay":${responseDelay}}'; echo
  curl -s $API/mood/${model.id} ${asUser}; echo
  curl -s $SANDBOX/sandbox/conversations/demo/messages ${json} -d '{"userId":"${user.id}","modelId":"${model.id}","text":"Hi ${model.displayName}!"}'; echo
  sleep ${responseDelay + 1}; curl -s "$SANDBOX/sandbox/messages?conversationId=demo"; echo
`;
}
