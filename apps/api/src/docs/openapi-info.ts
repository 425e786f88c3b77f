/** The head of the OpenAPI document; the rest comes from the routes. */
export const openApiInfo = {
  openapi: '3.1.0',
  info: {
    title: 'Mood Messaging API',
    version: '1.0.0',
    description:
      'Models set a mood; the mood steers the messages that users get. Every request but those of Operations needs a bearer token of the platform. ' +
      'Errors have one form: `error` is one of a closed set of codes, `message` says what to do. ' +
      'Times are ISO 8601 with a zone; seconds may be left out, and a zone may be `Z`, `+01:00`, `+0100` or `+01`. In a body, null in an optional field means the same as leaving it out.',
    contact: { name: 'Backend Engineering', email: 'engineering-team@xxxchatnow.com' },
    license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
  },
  servers: [{ url: '/', description: 'This server' }],
  // In the order in which the page lists them: what most readers come for is first.
  tags: [
    { name: 'Moods', description: 'The current mood of a model, and its history.' },
    { name: 'Terms', description: 'The terms that a model accepts before its first mood.' },
    { name: 'Templates', description: 'Which message a user gets, as a template or rendered.' },
    { name: 'Feedback', description: 'How users and models say how good it was.' },
    { name: 'Auto-replies', description: 'How the message service reports what happens in conversations.' },
    { name: 'Overrides', description: 'How administrators set the mood of a model.' },
    { name: 'Alerts', description: 'Models that are above a threshold of abuse.' },
    { name: 'Template administration', description: 'How administrators write, version, compare, preview and move templates.' },
    { name: 'Audit', description: 'Who changed which mood, when and why.' },
    { name: 'Analytics', description: 'What was counted: metrics with their definitions, over time and beside the period before.' },
    { name: 'Flags', description: 'How administrators switch features on and off.' },
    { name: 'Experiments', description: 'Which of several texts brings users back: plans, results in one sentence, and the end.' },
    { name: 'Operations', description: 'Health for load balancers and operators. Needs no token.' },
  ],
};
