// A message service of ES modules: reports over REST, and asks.
import { createMoodClient, createReporter } from '@mood/client';

const { baseUrl, token, message, modelId } = JSON.parse(process.argv[2]);
const refusedAtOnce = [createReporter, createMoodClient].map((create) => {
  try {
    create({ baseUrl, token: ' ' });
    return null;
  } catch (error) {
    return error.message;
  }
});

async function tell() {
  const reporter = createReporter({ baseUrl, token });
  const answer = { conversationId: message.conversationId, modelId, answeredAt: new Date().toISOString() };
  const outcomes = [await reporter.messageReceived(message), await reporter.messageReceived({ ...message, text: 'hello' })];
  outcomes.push(await reporter.conversationAnswered(answer));
  await reporter.close();
  const mood = await createMoodClient({ baseUrl, token }).getMood(modelId);
  process.stdout.write(JSON.stringify({ version: process.versions.node, refusedAtOnce, outcomes, lost: reporter.lost, mood }));
}

void tell();
