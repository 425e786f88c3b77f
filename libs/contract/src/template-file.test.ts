import { describe, expect, test } from '@jest/globals';
import { DomainError } from '@mood/domain';
import type { Template } from '@mood/domain';
import { maxImportedTemplates, parseTemplateFile, readTemplateRows, templateFileFormat, toTemplateFile } from './template-file.ts';

const row = { moodState: 'positive', templateType: 'greeting', content: 'Hi' };
const file = (...templates: unknown[]) => ({ format: templateFileFormat, templates });

function refusal(json: unknown): string {
  try {
    parseTemplateFile(json);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'INVALID_TEMPLATE') return error.message;
    throw error;
  }
  throw new Error('the file was accepted');
}

describe('a file of templates', () => {
  test('may leave out what has a default', () => {
    expect(parseTemplateFile(file(row))).toEqual({
      format: 'mood-templates/1',
      templates: [{ ...row, tierLevel: null, priority: 100, active: true, locale: null, experiment: null, weight: 1 }],
    });
  });

  test('keeps what it says', () => {
    const full = {
      ...row,
      id: '01900000-0000-7000-8000-00000000000a',
      tierLevel: 'gold',
      content: ' Hi <3\n{{userName}} ',
      priority: -5,
      active: false,
      locale: 'fr-CA',
      experiment: 'tone_2.0-b',
      weight: 1_000,
    };
    const exported = { ...file(full), exportedAt: '2026-01-02T15:45:00.000Z' };
    expect(parseTemplateFile(exported)).toEqual(exported);
  });

  test('takes null for what is not given', () => {
    const blank = { ...row, id: null, tierLevel: null, priority: null, active: null, locale: null, experiment: null, weight: null };
    expect(parseTemplateFile({ ...file(blank), exportedAt: null })).toEqual(parseTemplateFile(file(row)));
  });

  test('writes locales and ids in one way', () => {
    const [read] = parseTemplateFile(file({ ...row, locale: 'fr-ca', id: '01900000-0000-7000-8000-00000000000A' })).templates;
    expect(read).toMatchObject({ locale: 'fr-CA', id: '01900000-0000-7000-8000-00000000000a' });
  });

  test('may be empty, and may hold 10,000 templates', () => {
    expect(parseTemplateFile(file()).templates).toEqual([]);
    expect(parseTemplateFile(file(...Array.from({ length: maxImportedTemplates }, () => row))).templates).toHaveLength(10_000);
  });

  test('with 10,001 templates is refused', () => {
    expect(refusal(file(...Array.from({ length: 10_001 }, () => row)))).toBe(
      'Nothing was imported. templates: expected at most 10000 templates.',
    );
  });

  test.each([
    [{ ...row, name: 'x' }, 'templates[1]: Unrecognized key: "name".'],
    [{ ...row, content: undefined }, 'templates[1].content: expected the text of the template.'],
    [{ ...row, moodState: 'happy' }, 'templates[1].moodState: expected one of neutral, positive, negative.'],
    [{ ...row, templateType: 1 }, 'templates[1].templateType: expected one of greeting, farewell, auto_response, tip_thank_you.'],
    [
      { ...row, tierLevel: 'wood' },
      'templates[1].tierLevel: expected one of free, bronze, silver, gold, platinum, or null for every tier.',
    ],
    [{ ...row, active: 'yes' }, 'templates[1].active: expected true or false.'],
    ...[1.5, '1', true, 2 ** 31].map(
      (priority) => [{ ...row, priority }, 'templates[1].priority: expected a whole number from -2147483647 to 2147483647.'] as const,
    ),
    ...['', 'en US', 'e'.repeat(36), 7].map(
      (locale) =>
        [{ ...row, locale }, 'templates[1].locale: expected a BCP 47 tag such as en, fr-CA or zh-Hant, of at most 35 characters.'] as const,
    ),
    ...['', '-tone', 'a b', 'x'.repeat(61), 'tone\n', 7].map(
      (experiment) =>
        [
          { ...row, experiment },
          'templates[1].experiment: expected 1 to 60 of A-Z a-z 0-9 . _ -, beginning with a letter or a digit.',
        ] as const,
    ),
    [{ ...row, weight: 0 }, 'templates[1].weight: expected at least 1: to rest a variant, set active to false.'],
    [{ ...row, weight: 1_001 }, 'templates[1].weight: expected a whole number from 1 to 1000.'],
    [{ ...row, weight: 0.5 }, 'templates[1].weight: expected a whole number from 1 to 1000.'],
    [{ ...row, id: 'abc' }, 'templates[1].id: expected a UUID.'],
  ])('with a row like %j is refused by the name of the place', (bad, message) => {
    expect(refusal(file(row, bad, row))).toBe(`Nothing was imported. ${message}`);
  });

  test.each([
    [{ format: 'mood-templates/2', templates: [] }, 'format: expected "mood-templates/1": this is no export of templates.'],
    [{ format: templateFileFormat, templates: {} }, 'templates: expected a list of templates.'],
    [{ ...file(), exportedAt: 'yesterday' }, 'exportedAt: expected a time such as 2026-01-02T15:45:00Z.'],
    [{ ...file(), more: 1 }, 'Unrecognized key: "more".'],
    [null, 'expected what an export writes: {"format":"mood-templates/1","templates":[…]}.'],
    [[], 'expected what an export writes: {"format":"mood-templates/1","templates":[…]}.'],
  ])('%j is none', (json, message) => {
    expect(refusal(json)).toBe(`Nothing was imported. ${message}`);
  });

  test('shows the first ten wrong places of the very many', () => {
    const message = refusal(file(...Array.from({ length: 9_999 }, () => ({ ...row, content: 1 }))));
    expect(message).toMatch(/templates\[9\]\.content: expected the text of the template; and 9989 more\.$/);
  });
});

describe('rows for the import', () => {
  test('are read whether or not they are templates, with all that can be read of them', () => {
    const id = '01900000-0000-7000-8000-00000000000a';
    expect(readTemplateRows({ ...file(row, { ...row, id, priority: 'high' }, 7), exportedAt: null })).toEqual([
      parseTemplateFile(file(row)).templates[0],
      { refused: 'templates[1].priority: expected a whole number from -2147483647 to 2147483647.', id, content: 'Hi' },
      { refused: expect.stringMatching(/^templates\[2\]: /) },
    ]);
    expect(readTemplateRows(file())).toEqual([]);
  });

  test.each([
    null,
    [],
    { format: 'mood-templates/2', templates: [7] },
    { ...file(7), more: 1 },
    { format: templateFileFormat, templates: 7 },
  ])('are not read of what is no file of templates: %j', (json) => {
    expect(() => readTemplateRows(json)).toThrow(/^Nothing was imported\. (?!templates\[)/);
  });
});

const stored = (overrides: Partial<Template>): Template => ({
  id: '01900000-0000-7000-8000-00000000000b',
  moodState: 'positive',
  templateType: 'greeting',
  tierLevel: null,
  content: 'Hi',
  priority: 100,
  active: true,
  locale: null,
  experiment: null,
  weight: 1,
  version: 1,
  createdBy: null,
  createdAt: new Date('2026-01-01T00:00:00Z'),
  updatedAt: new Date('2026-01-01T00:00:00Z'),
  ...overrides,
});

test('an export is read again as it was, without what belongs to the store', () => {
  const templates = [
    stored({
      content: 'Hi\n{{userName|you}}',
      locale: 'fr-CA',
      tierLevel: 'gold',
      experiment: 'tone',
      weight: 3,
      active: false,
      version: 9,
    }),
    stored({ priority: -1 }),
  ];
  const exported = toTemplateFile(templates, new Date('2026-01-02T15:45:00Z'));
  expect(Object.keys(exported.templates[0] ?? {}).toSorted()).toEqual([
    'active',
    'content',
    'experiment',
    'id',
    'locale',
    'moodState',
    'priority',
    'templateType',
    'tierLevel',
    'weight',
  ]);
  expect(parseTemplateFile(JSON.parse(JSON.stringify(exported)))).toEqual(exported);
  expect(exported).toMatchObject({
    exportedAt: '2026-01-02T15:45:00.000Z',
    templates: templates.map(({ id, content }) => ({ id, content })),
  });
});
