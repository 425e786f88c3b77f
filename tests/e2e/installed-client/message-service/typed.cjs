// A message service of CommonJS whose types are checked. It is not run.
const { createMoodClient, createReporter } = require('@mood/client');
const { createAutoReplyProducer } = require('@mood/client/queue');

/** @type {import('@mood/client').MoodClient} */
const client = createMoodClient({ baseUrl: 'https://mood.example', token: 'token' });
/** @type {import('@mood/client').Reporter} */
const reporter = createReporter({ baseUrl: 'https://mood.example', token: 'token' });
/** @type {import('@mood/client/queue').AutoReplyProducer} */
const producer = createAutoReplyProducer({ databaseUrl: 'postgres://127.0.0.1' });
// @ts-expect-error -- messages travel without their text
void reporter.messageReceived({ messageId: 'm', text: 'hello' });

module.exports = { client, reporter, producer };
