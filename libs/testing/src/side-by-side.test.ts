import { afterAll, describe, expect, test } from '@jest/globals';
import { sideBySide } from './side-by-side.ts';

describe('tests side by side', () => {
  const wait = sideBySide(2);
  const steps: string[] = [];
  const second = Promise.withResolvers<void>();

  wait('one waits for what the next one does', async () => {
    steps.push('first');
    await second.promise;
  });
  wait('the next one runs meanwhile', async () => {
    steps.push('second');
    second.resolve();
  });
  wait('what is too many at once waits for its turn', async () => {
    expect(steps).toEqual(['first', 'second']);
    steps.push('third');
  });

  test('each has run once', () => {
    expect(steps).toEqual(['first', 'second', 'third']);
  });
  afterAll(() => second.resolve());
});
