import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { DependencyUnavailable, DomainError } from '../errors.ts';
import { moodStates, neverSetMood } from '../moods/mood.ts';
import { composeMessage } from './compose-message.ts';
import { previewMood } from './preview-mood.ts';
import type { MoodDraft, MoodPreview } from './preview-mood.ts';
import { renderMessage } from './render-message.ts';
import { createTemplatesUnderTest } from './template-store.fake.ts';
import { policyUnderTest, templateUnderTest } from './template.fixture.ts';
import { templateTypes, userTiers } from './template.ts';
import type { Template } from './template.ts';

const now = new Date('2026-01-02T15:45:00Z');
const modelId = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';
const draft: MoodDraft = {
  modelId,
  moodState: 'positive',
  customMessage: null,
  expiresAt: null,
  userName: 'John',
  locale: null,
  timeZone: undefined,
};

const setUp = (templates: readonly Template[], findPerformer = async (id: string) => ({ id, displayName: 'Sophia' as string | null })) => ({
  ...createTemplatesUnderTest(templates),
  performers: { findPerformer },
  contentPolicy: policyUnderTest,
  flags: { isOn: (): boolean => true },
  refusedValues: { count: () => undefined },
  clock: () => now,
});

/** What the real render route answers for a mood that is set, and what an automatic reply says. */
async function sent(templates: readonly Template[], { userName, locale, timeZone, ...draftedMood }: MoodDraft, preview: MoodPreview) {
  const mood = { ...neverSetMood(modelId, now), moodState: draftedMood.moodState, customMessage: preview.message.text, version: 1 };
  const nobody = async () => {
    throw new Error('nothing here asks this');
  };
  const deps = {
    ...setUp(templates),
    moods: { find: async () => mood, findMany: nobody, change: nobody, expire: nobody, history: nobody },
    registry: { register: async () => undefined },
    users: { findUser: nobody },
    usage: { count: () => undefined },
    skippedTemplates: { note: () => undefined },
  };
  const index = await deps.templates.current();
  return Promise.all(
    preview.texts.map(async ({ templateType, tier }) => {
      const criteria = { templateType, tier, locale, userId: null };
      if (templateType === 'auto_response')
        return composeMessage({ ...criteria, index, mood, userName: userName || null, modelName: 'Sophia', now, timeZone }).text;
      const variables = { userName, ...(templateType === 'tip_thank_you' && { amount: '50' }) };
      try {
        return (await renderMessage(deps, { ...criteria, modelId, variables, timeZone })).text;
      } catch (error) {
        if (error instanceof DomainError) return null;
        throw error;
      }
    }),
  );
}

const contents = fc.array(
  fc.constantFrom('Hi ', '{{userName}}', '{{userName|you}}', '{{customMessage}}', '{{customMessage|}}', '{{tier}}', '{{tier|guest}} ', '{{modelName}}', '{{amount}}', '{{amount|it}}', '{{time}} ', ' {{mood}}'), // prettier-ignore
  { minLength: 1, maxLength: 4 },
);
const templates = fc.array(
  fc.record({
    moodState: fc.constantFrom(...moodStates),
    templateType: fc.constantFrom(...templateTypes),
    tierLevel: fc.constantFrom(null, null, ...userTiers),
    content: contents.map((parts) => parts.join('')),
    priority: fc.integer({ min: 1, max: 3 }),
    active: fc.constantFrom(true, true, true, false),
    locale: fc.constantFrom(null, null, 'fr', 'de-AT'),
    experiment: fc.constantFrom(null, null, 'tone'),
    weight: fc.integer({ min: 0, max: 3 }),
  }),
  { maxLength: 25 },
);
const drafts = fc.record({
  moodState: fc.constantFrom(...moodStates),
  customMessage: fc.constantFrom(null, '', ' Back at 8 ', 'I <3 <b>you</b>', 'my secret', '{{userName}}', 'x'.repeat(201)),
  userName: fc.constantFrom('', 'John', '<i>J</i>', '$& {{tier}}'),
  locale: fc.constantFrom(null, 'fr-CA', 'de-AT', 'en'),
  timeZone: fc.constantFrom(undefined, 'Asia/Kathmandu'),
});

describe('the preview of a mood', () => {
  test('shows exactly what is sent once it is set', async () => {
    await fc.assert(
      fc.asyncProperty(templates, drafts, async (stored, wanted) => {
        const all = stored.map((template) => templateUnderTest(template));
        const request = { ...draft, ...wanted };
        const preview = await previewMood(setUp(all), request);
        const inert = request.userName === '<i>J</i>' ? 'J' : request.userName;
        expect(preview.texts.map(({ text }) => text)).toEqual(await sent(all, { ...request, userName: inert }, preview));
      }),
      { numRuns: 1_000 },
    );
  });

  test('has each type for users without a known tier and for each tier, and names the templates', async () => {
    const general = templateUnderTest({ content: 'Hi {{userName}}' });
    const gold = templateUnderTest({ content: 'Dear {{userName}}', tierLevel: 'gold', version: 4 });
    const { texts } = await previewMood(setUp([general, gold]), draft);
    expect(texts.map(({ templateType, tier }) => [templateType, tier])).toEqual(
      templateTypes.flatMap((type) => [null, ...userTiers].map((tier) => [type, tier])),
    );
    const greetings = texts.filter(({ templateType }) => templateType === 'greeting');
    expect(greetings.find(({ tier }) => tier === 'gold')).toMatchObject({ text: 'Dear John', template: { id: gold.id, version: 4 } });
    expect(greetings.find(({ tier }) => tier === null)).toMatchObject({ text: 'Hi John', template: { id: general.id, version: 1 } });
    expect(texts.find(({ templateType }) => templateType === 'farewell')).toMatchObject({ text: null, template: null });
    expect(texts.find(({ templateType }) => templateType === 'auto_response')).toMatchObject({
      text: expect.stringContaining('John'),
      template: null,
    });
  });

  test('leaves a message out that would be refused, and says why', async () => {
    const template = templateUnderTest({ content: '{{customMessage|Welcome}}' });
    const { message, texts } = await previewMood(setUp([template]), { ...draft, customMessage: 'write to a@b.com' });
    expect(message).toMatchObject({ text: null, refusal: { code: 'INVALID_CUSTOM_MESSAGE', message: expect.stringContaining('a@b.com') } });
    expect(texts[0]?.text).toBe('Welcome');
  });

  test.each([0, -1, -86_400_000])('of an end %d ms from now is refused, as setting it would be', async (ms) => {
    const preview = previewMood(setUp([]), { ...draft, expiresAt: new Date(now.getTime() + ms) });
    await expect(preview).rejects.toMatchObject({ code: 'INVALID_EXPIRES_AT', message: 'expiresAt has to be in the future.' });
    await expect(previewMood(setUp([]), { ...draft, expiresAt: new Date(now.getTime() + 1) })).resolves.toBeDefined();
  });

  test.each([
    ['is not known to the Performer Service', async () => null],
    ['cannot be looked up', async () => Promise.reject(new DependencyUnavailable('performers'))],
  ])('goes without the name of a model that %s', async (_why, findPerformer) => {
    const template = templateUnderTest({ content: 'I am {{modelName|me}}' });
    const { texts } = await previewMood({ ...setUp([template]), performers: { findPerformer } }, draft);
    expect(texts[0]?.text).toBe('I am me');
  });

  test('leaves a message out while messages are not shown', async () => {
    const deps = { ...setUp([templateUnderTest({ content: '{{customMessage|Welcome}}' })]), flags: { isOn: () => false } };
    const { message, texts } = await previewMood(deps, { ...draft, customMessage: 'Back soon' });
    expect([message.text, texts[0]?.text]).toEqual(['Back soon', 'Welcome']);
  });

  test('drops a name that the content policy refuses', async () => {
    const { texts } = await previewMood(setUp([templateUnderTest({ content: 'Hi {{userName|you}}' })]), { ...draft, userName: 'a@b.com' });
    expect(texts[0]?.text).toBe('Hi you');
  });
});
