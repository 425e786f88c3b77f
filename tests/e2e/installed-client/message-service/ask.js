// A message service in plain JavaScript: asks the mood system for everything there is, and prints what it got.
import { createMoodClient } from '@mood/client';

const { baseUrl, token, timeoutMs, modelId, userName } = JSON.parse(process.argv[2]);
const told = [];
const client = createMoodClient({ baseUrl, token, timeoutMs, onFallback: ({ call, reason }) => told.push(`${call} ${reason}`) });

const begun = performance.now();
const calls = [
  client.getTemplate({ modelId, templateType: 'greeting' }),
  client.renderTemplate({ modelId, templateType: 'tip_thank_you', variables: { userName, amount: 50 } }),
  client.getMood(modelId),
  client.getMoods([modelId]),
];
const settled = await Promise.allSettled(calls);
const elapsedMs = performance.now() - begun;

const answers = settled.map(({ status, value, reason }) =>
  status === 'fulfilled' ? value : { refused: reason.name, status: reason.status, code: reason.code },
);
process.stdout.write(
  JSON.stringify({ answers, told: told.toSorted((a, b) => a.localeCompare(b)), fallbacks: client.fallbacks, elapsedMs }),
);
