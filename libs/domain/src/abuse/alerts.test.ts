import { expect, test } from '@jest/globals';
import { abuseRules, alertText } from './alerts.ts';

const modelId = 'a0000000-0000-4000-8000-000000000001';

test('administrators read a sentence about each rule, of one and of many', () => {
  const sentences = abuseRules.flatMap((rule) => [1, 12].map((count) => alertText({ modelId, rule, count })));
  const start = `Model ${modelId}: within an hour `;
  const end = '. Look at the alerts of mood messaging, and acknowledge this one.';
  expect(sentences.map((text) => [text.startsWith(start), text.endsWith(end), text.slice(start.length, -end.length)])).toEqual(
    [
      '1 request was refused because of a limit',
      '12 requests were refused because of a limit',
      '1 text was refused because of its content',
      '12 texts were refused because of their content',
      'the mood was changed once',
      'the mood was changed 12 times',
    ].map((said) => [true, true, said]),
  );
});
