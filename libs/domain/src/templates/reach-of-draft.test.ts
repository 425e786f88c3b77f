import { expect, test } from '@jest/globals';
import { readerOf } from '../analytics/analytics-reader.fake.ts';
import { templateGroup } from '../analytics/template-group.ts';
import { reachOfDraft } from './reach-of-draft.ts';
import { createTemplateIndex } from './template-index.ts';
import type { Template, TemplateDraft } from './template.ts';
import { draftUnderTest, policyUnderTest, templateUnderTest } from './template.fixture.ts';

const asOf = new Date('2026-02-01T00:00:00Z');

/** What was made of a greeting for a positive mood, unless it says otherwise. */
const use = (n: number, of: Partial<Parameters<typeof templateGroup>[0]> = {}) => ({
  group: templateGroup({ templateType: 'greeting', moodState: 'positive', tier: null, template: null, ...of }),
  n,
});

function reach(
  draft: Partial<TemplateDraft>,
  uses: ReturnType<typeof use>[],
  templates: Partial<Template>[] = [],
  id: string | null = null,
) {
  const stored = templates.map(templateUnderTest);
  const index = createTemplateIndex(stored);
  const deps = {
    templates: { current: async () => index, refresh: async () => undefined },
    templateStore: { find: async (wanted: string) => stored.find((one) => one.id === wanted) ?? null },
    analytics: readerOf([], asOf, { templateUses: async () => uses }).reader,
    contentPolicy: policyUnderTest,
    flags: { isOn: () => true },
  };
  return reachOfDraft(deps, { ...draftUnderTest, ...draft }, id);
}

test('a draft wins what its priority, its tier and its mood let it win, and says from whom', async () => {
  const templates = [
    { id: 'old', priority: 100 },
    { id: 'gold', tierLevel: 'gold' as const },
  ];
  const uses = [
    use(60, { template: { id: 'old', version: 1 } }),
    use(30, { tier: 'gold', template: { id: 'gold', version: 1 } }),
    use(10, { moodState: 'negative', template: { id: 'other', version: 1 } }),
    use(500, { templateType: 'farewell' }),
  ];
  expect(await reach({ priority: 200 }, uses, templates)).toMatchObject({
    renders: 100,
    won: 60,
    undecided: 0,
    from: [{ templateId: 'old', renders: 60 }],
  });
  expect(await reach({ priority: 200, tierLevel: 'gold' }, uses, templates)).toMatchObject({
    won: 30,
    from: [{ templateId: 'gold', renders: 30 }],
  });
  expect(await reach({ priority: 50 }, uses, templates)).toMatchObject({ renders: 100, won: 0, from: [] });
  expect(await reach({ priority: 200, active: false }, uses, templates)).toMatchObject({ won: 0 });
  expect(await reach({ priority: 200, content: 'For {{amount}}' }, uses, templates)).toMatchObject({ won: 0 });
});

test('a template that is edited gives up its own place', async () => {
  const templates = [
    { id: 'old', priority: 300 },
    { id: 'next', priority: 200 },
  ];
  const uses = [use(40, { template: { id: 'old', version: 1 } })];
  expect(await reach({ priority: 100 }, uses, templates, 'old')).toMatchObject({ won: 0 });
  expect(await reach({ priority: 250 }, uses, templates, 'old')).toMatchObject({ won: 40, from: [{ templateId: 'old', renders: 40 }] });
});

test('a variant wins its share by weight', async () => {
  const templates = [{ id: 'a', experiment: 'tone', weight: 3 }];
  const uses = [use(80, { template: { id: 'a', version: 1 } })];
  expect(await reach({ experiment: 'tone', weight: 1 }, uses, templates)).toMatchObject({ won: 20 });
});

test('what depends on the users’ locale is not decided', async () => {
  const templates = [{ id: 'all' }, { id: 'french', locale: 'fr' }];
  const uses = [use(70, { template: { id: 'all', version: 1 } }), use(20, { template: { id: 'french', version: 1 } })];
  expect(await reach({ locale: 'fr', priority: 200 }, uses, templates)).toMatchObject({ won: 20, undecided: 70 });
});

test('automatic replies of other moods, and built-in texts, can be won by the neutral mood', async () => {
  const uses = [use(5, { templateType: 'auto_response' }), use(4, { templateType: 'auto_response', moodState: 'neutral' })];
  const won = await reach({ templateType: 'auto_response', moodState: 'neutral' }, uses);
  expect(won).toMatchObject({ renders: 9, won: 9, from: [{ templateId: null, renders: 9 }] });
});

test('a text that could not be saved, and a template that is not there, are refused', async () => {
  await expect(reach({ content: '{{nobody}}' }, [])).rejects.toMatchObject({ code: 'INVALID_TEMPLATE' });
  await expect(reach({}, [], [], 'gone')).rejects.toMatchObject({ code: 'TEMPLATE_NOT_FOUND' });
});
