import type { TemplateChange, TemplateDraft } from '@mood/domain';

/** A general greeting for positive moods. */
export function draftUnderTest(overrides: Partial<TemplateDraft> = {}): TemplateDraft {
  return {
    moodState: 'positive',
    templateType: 'greeting',
    tierLevel: null,
    content: 'Hi {{userName|there}}',
    priority: 100,
    active: true,
    locale: null,
    experiment: null,
    weight: 1,
    ...overrides,
  };
}

export const bySystem: TemplateChange = { changedBy: null, reason: null };
