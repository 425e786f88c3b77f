import { describe, expect, test } from '@jest/globals';
import { neverSetMood } from '../moods/mood.ts';
import type { Mood } from '../moods/mood.ts';
import { builtInTemplates } from './built-in-templates.ts';
import { composeMessage } from './compose-message.ts';
import type { ComposeRequest } from './compose-message.ts';
import { createTemplateIndex } from './template-index.ts';
import { templateUnderTest } from './template.fixture.ts';
import { templateTypes } from './template.ts';
import type { Template } from './template.ts';

const now = new Date('2026-01-02T15:45:00Z');
const positive: Mood = { ...neverSetMood('0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d', now), moodState: 'positive', version: 1 };

const template = (content: string, overrides: Partial<Template> = {}) =>
  templateUnderTest({ templateType: 'auto_response', content, version: 3, ...overrides });

function compose(templates: Template[], more: Partial<ComposeRequest> = {}) {
  return composeMessage({
    index: createTemplateIndex(templates),
    templateType: 'auto_response',
    mood: positive,
    tier: null,
    locale: null,
    userId: null,
    userName: 'John',
    modelName: 'Sophia',
    now,
    ...more,
  });
}

describe('the text of a message', () => {
  test('comes from a template of the mood, and names the template and its version', () => {
    const happy = template('Hi {{userName}}, {{modelName}} is {{mood}}!');
    expect(compose([template('Neutral.', { moodState: 'neutral', priority: 900 }), happy])).toEqual({
      text: 'Hi John, Sophia is positive!',
      template: { id: happy.id, version: 3, experiment: null },
      skipped: [],
    });
  });

  test('comes from the template of the user’s tier before a general one', () => {
    const general = template('For everyone.', { priority: 900 });
    const gold = template('For {{tier}}.', { tierLevel: 'gold' });
    expect(compose([general, gold], { tier: 'gold' }).text).toBe('For gold.');
    expect(compose([general, gold], { tier: 'silver' }).text).toBe('For everyone.');
  });

  test('never uses a template of some tier when the tier is unknown', () => {
    expect(compose([template('For gold.', { tierLevel: 'gold' })])).toMatchObject({ template: null });
  });

  test('comes from the next best template when the best needs a name that is not known', () => {
    const best = template('Dear {{userName}}!', { priority: 900 });
    const next = template('Dear {{userName|guest}}!');
    expect(compose([best, next], { userName: null })).toEqual({
      text: 'Dear guest!',
      template: { id: next.id, version: 3, experiment: null },
      skipped: [expect.objectContaining({ template: best, missing: ['userName'] })],
    });
  });

  test('comes from the neutral mood when no template of the mood can be used', () => {
    const neutral = template('Later, {{modelName|me}}.', { moodState: 'neutral' });
    const nameless = template('Yours, {{modelName}}');
    const off = template('Off.', { active: false });
    const other = template('Sad.', { moodState: 'negative' });
    expect(compose([nameless, off, other, neutral], { modelName: null })).toEqual({
      text: 'Later, me.',
      template: { id: neutral.id, version: 3, experiment: null },
      skipped: [expect.objectContaining({ template: nameless, missing: ['modelName'] })],
    });
  });

  test('passes over a stored template that cannot be read: the message goes out all the same', () => {
    const broken = template('Hi {{userName', { priority: 900 });
    const unknownVariable = template('Hi {{nickName}}', { priority: 800 });
    expect(compose([broken, unknownVariable, template('Hi {{userName}}')]).text).toBe('Hi John');
    expect(compose([broken]).template).toBeNull();
  });

  test.each(templateTypes)('is the built-in one for %s when nothing is stored and nothing is known', (templateType) => {
    const { text, template: used } = compose([], { templateType, userName: null, modelName: null });
    expect(used).toBeNull();
    expect(text.length).toBeGreaterThan(20);
    expect(text).not.toMatch(/[{}|]/);
    expect(compose([], { templateType }).text).toContain('John');
    expect(builtInTemplates[templateType]).toContain('{{userName|');
  });

  test('holds the model’s own message, and its time and date in UTC', () => {
    const own = template('{{customMessage|nothing}} at {{time}} on {{date}}');
    expect(compose([own], { mood: { ...positive, customMessage: 'Back soon' } }).text).toBe('Back soon at 3:45 PM on Jan 2, 2026');
    expect(compose([own]).text).toBe('nothing at 3:45 PM on Jan 2, 2026');
  });

  test('takes names as plain text, whatever is in them', () => {
    const { text } = compose([template('Hi {{userName}}')], { userName: '<b>{{amount}}</b> $& John' });
    expect(text).toBe('Hi {{amount}} $& John');
  });

  test('treats a name that has nothing to show as not known', () => {
    expect(compose([template('Hi {{userName|there}}')], { userName: '<i></i>' }).text).toBe('Hi there');
  });

  test.each([
    ['only an empty fallback', '{{userName|}}'],
    ['only white space', ' {{userName|}} \u200B'],
  ])('never is nothing: a template that leaves %s is passed over', (_name, content) => {
    const next = template('Hello.');
    expect(compose([template(content, { priority: 900 }), next], { userName: null })).toMatchObject({
      text: 'Hello.',
      template: { id: next.id },
    });
    expect(compose([template(content)], { userName: null })).toMatchObject({ template: null, text: expect.stringContaining('Thank you') });
  });

  test('comes from the template of the user’s locale, its time and date too', () => {
    const general = template('On {{date}}.', { priority: 900 });
    const french = template('Le {{date}}.', { locale: 'fr' });
    expect(compose([general, french], { locale: 'fr-CA' }).text).toBe('Le 2 janv. 2026.');
    expect(compose([general, french], { locale: 'de' }).text).toBe('On 2. Jan. 2026.');
    expect(compose([general, french]).text).toBe('On Jan 2, 2026.');
  });

  test('comes from the user’s own variant of an experiment, and names the experiment', () => {
    const variants = [template('One.', { experiment: 'tone' }), template('Two.', { experiment: 'tone' })];
    const texts = Array.from({ length: 40 }, (_, nth) => compose(variants, { userId: `user-${nth}` }));
    expect(new Set(texts.map(({ text }) => text))).toEqual(new Set(['One.', 'Two.']));
    expect(texts.every(({ template: used }) => used?.experiment === 'tone')).toBe(true);
    expect(compose(variants, { userId: 'user-7' })).toEqual(compose(variants.toReversed(), { userId: 'user-7' }));
  });

  test('comes from the next variant when the user’s own cannot be rendered', () => {
    const own = template('Dear {{userName}}', { experiment: 'tone', weight: 1_000 });
    const other = template('Hello.', { experiment: 'tone' });
    expect(compose([own, other], { userName: null }).text).toBe('Hello.');
  });
});
