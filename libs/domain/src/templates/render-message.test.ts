import { describe, expect, jest, test } from '@jest/globals';
import { startProcessorWatch } from '@mood/testing/processor-time';
import { DependencyUnavailable } from '../errors.ts';
import type { Flags } from '../flags/ports.ts';
import { neverSetMood } from '../moods/mood.ts';
import type { Mood } from '../moods/mood.ts';
import type { MoodStore } from '../moods/ports.ts';
import type { PerformerDirectory, UserDirectory } from '../platform-ports.ts';
import { explainTemplate } from './explain-template.ts';
import { findTemplate } from './find-template.ts';
import { renderMessage } from './render-message.ts';
import type { RenderRequest } from './render-message.ts';
import { createTemplatesUnderTest } from './template-store.fake.ts';
import { policyUnderTest, templateUnderTest } from './template.fixture.ts';
import type { Template } from './template.ts';

const now = new Date('2026-01-02T15:45:00Z');
const modelId = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';
const positive: Mood = { ...neverSetMood(modelId, now), moodState: 'positive', version: 1 };
const request: RenderRequest = {
  modelId,
  templateType: 'greeting',
  tier: null,
  locale: null,
  userId: null,
  variables: {},
  timeZone: undefined,
};

async function notAsked(): Promise<never> {
  throw new Error('nothing here asks this of the store');
}

function setUp(templates: readonly Template[], mood: Mood | null = positive) {
  const findPerformer = jest.fn<PerformerDirectory['findPerformer']>(async (id) => (id === modelId ? { id, displayName: 'Sophia' } : null));
  const count = jest.fn();
  const countRefused = jest.fn();
  const noteSkipped = jest.fn();
  const findUser = jest.fn<UserDirectory['findUser']>(async (id) => ({ id, displayName: 'John', tier: 'gold', locale: 'fr' }));
  const moods: MoodStore = {
    find: async (id) => (id === modelId ? mood : null),
    findMany: notAsked,
    change: notAsked,
    expire: notAsked,
    history: notAsked,
  };
  const isOn = jest.fn<Flags['isOn']>(() => true);
  const deps = {
    ...createTemplatesUnderTest(templates),
    flags: { isOn },
    moods,
    performers: { findPerformer },
    users: { findUser },
    registry: { register: async () => undefined },
    usage: { count },
    contentPolicy: policyUnderTest,
    refusedValues: { count: countRefused },
    skippedTemplates: { note: noteSkipped },
    clock: () => now,
  };
  return {
    deps,
    isOn,
    findPerformer,
    count,
    countRefused,
    noteSkipped,
    findUser,
    render: (more: Partial<RenderRequest> = {}) => renderMessage(deps, { ...request, ...more }),
  };
}

describe('what came of a message is told', () => {
  test.each([
    ['{{modelName}} is here', {}, 'rendered'],
    ['Thanks for {{amount}}', {}, 'failed'],
    [null, {}, 'no_template'],
    ['{{modelName}} is here', { modelId: 'somebody-else' }, null],
  ] as const)('from the template %j, with %j: %s', async (content, more, outcome) => {
    const { deps } = setUp(content === null ? [] : [templateUnderTest({ content })]);
    const onRender = jest.fn();
    await renderMessage({ ...deps, onRender }, { ...request, ...more }).catch(() => undefined);
    expect(onRender.mock.calls).toEqual(outcome === null ? [] : [['greeting', outcome]]);
  });

  test('as failed when something of ours does not work', async () => {
    const { deps } = setUp([templateUnderTest({ content: 'Hello' })]);
    const onRender = jest.fn();
    const current = async () => Promise.reject(new DependencyUnavailable('database'));
    await expect(renderMessage({ ...deps, onRender, templates: { ...deps.templates, current } }, request)).rejects.toThrow();
    expect(onRender.mock.calls).toEqual([['greeting', 'failed']]);
  });
});

test('use of templates is counted by what a message was for: of the one that was used, and of those that lacked a value', async () => {
  const better = templateUnderTest({ content: 'Thanks for {{amount}}', priority: 200 });
  const used = templateUnderTest({ content: 'Hello', locale: 'fr' });
  const count = jest.fn();
  const processCounter = { count };
  await renderMessage({ ...setUp([better, used]).deps, processCounter }, { ...request, tier: 'gold', locale: 'fr' });
  await renderMessage({ ...setUp([better]).deps, processCounter }, request).catch(() => undefined);
  await renderMessage({ ...setUp([]).deps, processCounter }, request).catch(() => undefined);
  const key = (tier: string, { locale, id, version }: Template) => `greeting/positive/${tier}/${locale ?? ''}/${id}/${version}`;
  expect(count.mock.calls).toEqual([
    ['templates_rendered', key('gold', used), null],
    ['templates_skipped', key('', better), null],
    ['templates_failed', key('', better), null],
    ['templates_failed', 'greeting/positive////', null],
  ]);
});

const withContent = (content: string) => setUp([templateUnderTest({ content })]);

describe('a value that the content policy forbids', () => {
  test('counts as not given: the fallback takes its place', async () => {
    const { render, countRefused } = withContent('Hi {{userName|there}}, {{modelName}}!');
    const variables = { userName: 'visit https://evil.com', modelName: 'joe@mail.com' };
    expect((await render({ variables })).text).toBe('Hi there, Sophia!');
    expect(countRefused.mock.calls).toEqual([
      ['userName', 'url'],
      ['modelName', 'email'],
    ]);
  });

  test('is found under its tags', async () => {
    const { render } = withContent('Hi {{userName|there}}!');
    expect((await render({ variables: { userName: 'sec<b></b>ret' } })).text).toBe('Hi there!');
  });

  test('is missing where there is no fallback', async () => {
    const { render } = withContent('Hi {{userName}}!');
    await expect(render({ variables: { userName: 'https://evil.com' } })).rejects.toMatchObject({ code: 'TEMPLATE_RENDER_FAILED' });
  });
});

describe('a message', () => {
  test('is made from the template that fits, of the mood of now', async () => {
    const happy = templateUnderTest({
      content: 'Hi {{userName}}, at {{time}} on {{date}}: {{mood}}, {{tier|no tier}}, {{customMessage|quiet}}',
    });
    const { render } = setUp([templateUnderTest({ moodState: 'neutral', priority: 900 }), happy]);
    const { text, template, mood } = await render({ variables: { userName: 'John' } });
    expect(text).toBe('Hi John, at 3:45 PM on Jan 2, 2026: positive, no tier, quiet');
    expect([template, mood]).toEqual([happy, positive]);
  });

  test('holds what the system knows', async () => {
    const { render } = setUp([templateUnderTest({ content: '{{modelName}} {{tier}} {{customMessage}} {{currency}} {{date}} {{time}}' })], {
      ...positive,
      customMessage: 'Back soon',
    });
    expect((await render({ tier: 'gold', locale: 'fr', timeZone: 'Europe/Paris' })).text).toBe(
      'Sophia gold Back soon $ 2 janv. 2026 16:45',
    );
  });

  test('holds given values before what the system knows', async () => {
    const { render } = withContent('{{modelName}} {{mood}} {{currency}} {{time}}');
    const variables = { modelName: 'Sofie', mood: 'sunny', currency: '€', time: 'noon' };
    expect((await render({ variables })).text).toBe('Sofie sunny € noon');
  });

  test('asks for the name of the model only when the template needs it', async () => {
    for (const [content, variables, times] of [
      ['Hi {{modelName|me}}', {}, 1],
      ['Hi {{modelName}} and {{modelName}}', {}, 1],
      ['Hi {{modelName}}', { modelName: 'Sofie' }, 0],
      ['Hi', {}, 0],
    ] as const) {
      const { render, findPerformer } = withContent(content);
      await render({ variables });
      expect(findPerformer).toHaveBeenCalledTimes(times);
    }
  });

  test('does without the name of the model when the Performer Service does not answer', async () => {
    const { render, findPerformer } = withContent('Yours, {{modelName|me}}');
    findPerformer.mockRejectedValue(new DependencyUnavailable('Performer Service'));
    expect((await render()).text).toBe('Yours, me');
    findPerformer.mockRejectedValue(new Error('a mistake in our code'));
    await expect(render()).rejects.toThrow('a mistake in our code');
  });
});

describe('a value', () => {
  test.each([
    ['{{amount}}', '{{amount}}'],
    ['{{constructor}}', '{{constructor}}'],
    ["$& $1 $' $$", "$& $1 $' $$"],
    ['__proto__', '__proto__'],
    ['<script>alert(1)</script>Jo', 'Jo'],
    ['&lt;img src=x onerror=alert(1)&gt;Jo', 'Jo'],
    ['Jo\nhn\u202E\0', 'John'],
    ['😊'.repeat(2_000), '😊'.repeat(1_000)],
    ['x'.repeat(10_000_000), 'x'.repeat(1_000)],
    ['<b>'.repeat(3_000_000), 'b>'.repeat(500)],
  ])('is inert text (%#)', async (userName, inert) => {
    const { render } = withContent('[{{userName}}|{{amount}}]');
    const usedMs = startProcessorWatch();
    expect((await render({ variables: { userName, amount: '50' } })).text).toBe(`[${inert}|50]`);
    expect(usedMs()).toBeLessThan(5_000);
  });

  test('of a name that is no variable does nothing', async () => {
    const { render } = withContent('Hi {{userName|there}} {{time}}');
    const variables = JSON.parse('{"__proto__": {"userName": "polluted"}, "constructor": "x", "toString": "x", "nickName": "x"}');
    expect((await render({ variables })).text).toBe('Hi there 3:45 PM');
    expect((await render({ variables: Object.create({ userName: 'inherited' }) })).text).toBe('Hi there 3:45 PM');
  });
});

describe('a message that cannot be made', () => {
  test.each([
    [
      'Thanks for {{amount}}',
      'The template needs a value that is not known: amount. Give it in "variables", or let an administrator add a fallback: {{amount|…}}.',
    ],
    [
      '{{userName}}, thanks for {{amount}}, {{userName}}',
      'The template needs values that are not known: userName, amount. Give them in "variables", or let an administrator add fallbacks: {{userName|…}}.',
    ],
    ['{{userName|}}', 'The message would be empty. Give values in "variables", or let an administrator add text.'],
  ])('says what is missing and what to do: %s', async (content, message) => {
    const { render, count } = withContent(content);
    await expect(render()).rejects.toMatchObject({ code: 'TEMPLATE_RENDER_FAILED', message });
    expect(count.mock.calls).toEqual([[expect.any(String), 'failed']]);
  });

  test('for want of a template is not found', async () => {
    const { render, count } = setUp([templateUnderTest({ moodState: 'negative' }), templateUnderTest({ tierLevel: 'gold' })]);
    await expect(render()).rejects.toMatchObject({ code: 'TEMPLATE_NOT_FOUND', message: 'No template found for the specified criteria' });
    expect(count).not.toHaveBeenCalled();
  });

  test('for want of a model is not found', async () => {
    await expect(withContent('Hi').render({ modelId: 'nobody' })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  test('because nobody knows the place is refused, and not counted', async () => {
    const { render, count } = withContent('Hi');
    await expect(render({ timeZone: 'Mars/Olympus' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    expect(count).not.toHaveBeenCalled();
  });
});

test('each message is counted once, for its template', async () => {
  const one = templateUnderTest({ content: 'Hi' });
  const { render, count } = setUp([one]);
  await render();
  await render();
  expect(count.mock.calls).toEqual([
    [one.id, 'rendered'],
    [one.id, 'rendered'],
  ]);
});

test('the mood of a model that never set one is neutral', async () => {
  const neutral = templateUnderTest({ moodState: 'neutral', content: 'Neutral.' });
  const { deps, render } = setUp([templateUnderTest(), neutral], null);
  expect((await render()).text).toBe('Neutral.');
  const { variables: _, timeZone: __, ...criteria } = request;
  expect(await findTemplate(deps, criteria)).toMatchObject({ template: neutral, mood: { moodState: 'neutral', version: 0 } });
});

test('the explanation is about the mood of now, and its first is the template that is found', async () => {
  const [best, off] = [templateUnderTest(), templateUnderTest({ active: false })];
  const { deps } = setUp([off, templateUnderTest({ moodState: 'negative' }), templateUnderTest({ templateType: 'farewell' }), best]);
  const { variables: _, timeZone: __, ...criteria } = request;
  const { mood, candidates } = await explainTemplate(deps, criteria);
  expect(mood).toEqual(positive);
  expect(candidates.map(({ template, won }) => [template, won])).toEqual([
    [best, true],
    [off, false],
  ]);
  expect((await findTemplate(deps, criteria)).template).toBe(candidates[0]?.template);
});

describe('while experiments are switched off for a user', () => {
  const [older, newer] = ['2026-01-01', '2026-01-02'].map((day) =>
    templateUnderTest({ experiment: 'tone', weight: 1, content: `Of ${day}`, createdAt: new Date(day) }),
  );
  const users = Array.from({ length: 20 }, (_, n) => `0198c5a0-7a3f-7c11-9d2e-${String(n).padStart(12, '0')}`);

  test('everybody gets the template that is best without them, and it is no part of one', async () => {
    const { deps, isOn, render } = setUp([older, newer].flatMap((template) => template ?? []));
    const drawn = await Promise.all(users.map((userId) => render({ userId })));
    expect(new Set(drawn.map(({ text, experiment }) => `${text} ${experiment}`)).size).toBe(2);
    isOn.mockImplementation(async (key) => key !== 'templates.experiments');
    const stable = await Promise.all(users.map((userId) => render({ userId })));
    expect(new Set(stable.map(({ text, experiment }) => `${text} ${experiment}`))).toEqual(new Set(['Of 2026-01-02 null']));
    const { variables: _, timeZone: __, ...criteria } = request;
    for (const userId of users) {
      expect((await findTemplate(deps, { ...criteria, userId })).template).toBe(newer);
      const { candidates } = await explainTemplate(deps, { ...criteria, userId });
      expect(
        candidates.map(({ template, reason }) => [template, reason.includes('switched off') || reason.startsWith('Lost by age')]),
      ).toEqual([
        [newer, true],
        [older, true],
      ]);
    }
    expect(isOn).toHaveBeenCalledWith('templates.experiments', { id: users[0], role: 'user' });
  });
});

describe('while the custom messages of a model are not shown', () => {
  const mood = { ...positive, customMessage: 'Back at nine' };
  const withMessage = templateUnderTest({ content: 'Says: {{customMessage}}', priority: 200 });
  const plain = templateUnderTest({ content: 'Hello.' });
  const { variables: _, timeZone: __, ...criteria } = request;

  test('no template has one, not even by way of the caller', async () => {
    const { deps, isOn, render } = setUp([withMessage, plain], mood);
    expect((await render()).text).toBe('Says: Back at nine');
    expect((await findTemplate(deps, criteria)).template).toBe(withMessage);
    isOn.mockImplementation(async (key) => key !== 'custom-messages.show');
    expect((await render()).text).toBe('Hello.');
    expect((await render({ variables: { customMessage: 'Back at nine' } })).text).toBe('Hello.');
    expect((await findTemplate(deps, criteria)).template).toBe(plain);
    expect((await explainTemplate(deps, criteria)).candidates.find(({ won }) => won)?.template).toBe(plain);
    expect(isOn).toHaveBeenCalledWith('custom-messages.show', { id: modelId, role: 'model' });
  });
});
