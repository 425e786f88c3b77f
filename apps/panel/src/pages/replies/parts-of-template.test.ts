import { expect, test } from '@jest/globals';
import { partsOfTemplate } from './parts-of-template.ts';

test.each([
  ['Back soon!', [{ text: 'Back soon!' }]],
  ['Hi {{userName|there}}, back soon!', [{ text: 'Hi ' }, { variable: 'userName' }, { text: ', back soon!' }]],
  ['{{customMessage}}{{ modelName }}', [{ variable: 'customMessage' }, { variable: 'modelName' }]],
  ['{{ } {{}}', [{ text: '{{ } {{}}' }]],
  ['', []],
])('%j is made of %j', (content, pieces) => {
  expect(partsOfTemplate(content)).toEqual(pieces);
});
