import type { ContentPolicy, PolicyFinding } from '../text/content-policy.ts';
import type { Template, TemplateDraft } from './template.ts';

let made = 0;

/** A general greeting for positive moods; each has its own id, all are of the same age. */
export function templateUnderTest(overrides: Partial<Template> = {}): Template {
  const createdAt = new Date('2026-01-01T00:00:00Z');
  return {
    id: `01900000-0000-7000-8000-${String(++made).padStart(12, '0')}`,
    ...draftUnderTest,
    version: 1,
    createdBy: null,
    createdAt,
    updatedAt: createdAt,
    ...overrides,
  };
}

export const draftUnderTest: TemplateDraft = {
  moodState: 'positive',
  templateType: 'greeting',
  tierLevel: null,
  content: 'Hi',
  priority: 100,
  active: true,
  locale: null,
  experiment: null,
  weight: 1,
};

const patterns: readonly [PolicyFinding['kind'], RegExp][] = [
  ['email', /[\w.]+@[\w.]+\.\w+/g],
  ['phone', /\+?\d[\d ]{6,}\d/g],
  ['url', /https?:\/\/\S+/g],
  ['listed_word', /\bsecret\b/gi],
];

/** Finds e-mail addresses, phone numbers, links and the word "secret". */
export const policyUnderTest: ContentPolicy = createPolicyUnderTest((text) =>
  patterns
    .flatMap(([kind, pattern]) =>
      Array.from(text.matchAll(pattern), ({ 0: { length }, index }): PolicyFinding => ({ kind, index, length })),
    )
    .toSorted((a, b) => a.index - b.index),
);

export function createPolicyUnderTest(inspect: ContentPolicy['inspect']): ContentPolicy {
  return { inspect, findFirst: (text) => inspect(text)[0] ?? null };
}
