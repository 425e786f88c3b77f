import { expect, test } from '@jest/globals';
import type { PerformerDependencies } from '../moods/require-performer.ts';
import { acceptTerms } from './accept-terms.ts';
import { currentTerms } from './terms.ts';
import type { TermsStore } from './terms.ts';

const modelId = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';

const unreachable = async () => {
  throw new Error('nobody is to be asked');
};
const nobody: PerformerDependencies & { terms: TermsStore } = {
  registry: { register: unreachable },
  performers: { findPerformer: unreachable },
  terms: { accept: unreachable, acceptedAt: unreachable },
};

test('the terms name what is public, who may change a mood, and that changes are logged', () => {
  expect(currentTerms.version).toMatch(/^\d{4}-\d{2}$/);
  for (const word of ['public', 'Administrators', 'log', 'encrypted']) expect(currentTerms.text).toContain(word);
});

test.each(['', '2025-12', '2026-01 '])('version %j is not the current one: refused before anybody is asked', async (version) => {
  await expect(acceptTerms(nobody, modelId, version)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringContaining(currentTerms.version),
  });
});
