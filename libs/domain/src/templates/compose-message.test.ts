import { describe, expect, test } from '@jest/globals';
import { neverSetMood } from '../moods/mood.ts';
import type { Mood } from '../moods/mood.ts';
import { builtInTemplates } from './built-in-templates.ts';
import { composeMessage } from './compose-message.ts';
import type { ComposeRequest } from './compose-message.ts';
import { templateTypes } from './template.ts';
import type { Template } from './template.ts';

const now = new Date('2026-01-02T15:45:00Z');
const positive: Mood = { ...neverSetMood('0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d', now), moodState: 'positive', version: 1 };

let made = 0;

function template(content: string, overrides: Partial<Template> = {}): Template {
  return {
    id: `01900000-0000-7000-8000-${String(++made).padStart(12, '0')}`,
    moodState: 'positive',
    templateType: 'auto_response',
    tierLevel: null,
    content,
    priority: 100,
    active: true,
    version: 3,
    createdBy: null,
    createdAt: now,
    updatedAt: now,
    ...overrides,
  };
}

function compose(templates: Template[], more: Partial<ComposeRequest> = {}) {
  return composeMessage({
    templates,
    templateType: 'auto_response',
    mood: positive,
    tier: null,
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
      template: { id: happy.id, version: 3 },
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
    expect(compose([best, next], { userName: null })).toEqual({ text: 'Dear guest!', template: { id: next.id, version: 3 } });
  });

  test('comes from the neutral mood when no template of the mood can be used', () => {
    const neutral = template('Later, {{modelName|me}}.', { moodState: 'neutral' });
    const nameless = template('Yours, {{modelName}}');
    const off = template('Off.', { active: false });
    const other = template('Sad.', { moodState: 'negative' });
    expect(compose([nameless, off, other, neutral], { modelName: null })).toEqual({
      text: 'Later, me.',
      template: { id: neutral.id, version: 3 },
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
});
