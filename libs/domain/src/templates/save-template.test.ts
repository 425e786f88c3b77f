import { describe, expect, test } from '@jest/globals';
import { DependencyUnavailable } from '../errors.ts';
import { rollBackTemplate, saveTemplate } from './save-template.ts';
import { createTemplatesUnderTest } from './template-store.fake.ts';
import { draftUnderTest, policyUnderTest, templateUnderTest } from './template.fixture.ts';

const change = { changedBy: 'admin-1', reason: 'Spring greetings' };

function setUp() {
  const stored = templateUnderTest({ version: 3 });
  const { changes, refreshes, ...ports } = createTemplatesUnderTest([stored]);
  return { stored, changes, refreshes, deps: { ...ports, contentPolicy: policyUnderTest } };
}

describe('saving a template', () => {
  test('creates one, in composed form, and this process knows it at once', async () => {
    const { deps, changes, refreshes } = setUp();
    const saved = await saveTemplate(deps, change, { ...draftUnderTest, content: 'Cafe\u0301\r\n{{userName|you}}' }, null);
    expect(saved).toMatchObject({ version: 1, content: 'Café\n{{userName|you}}', priority: 100 });
    expect(changes).toEqual([{ change, drafts: [{ ...draftUnderTest, content: 'Café\n{{userName|you}}' }] }]);
    expect(refreshes()).toBe(1);
  });

  test.each([3, null])('replaces one, as a new version of it, when version %s was edited', async (version) => {
    const { deps, stored, refreshes } = setUp();
    const saved = await saveTemplate(deps, change, { ...draftUnderTest, content: 'New', active: false }, { id: stored.id, version });
    expect(saved).toEqual({ ...stored, content: 'New', active: false, version: 4 });
    expect(refreshes()).toBe(1);
  });

  test('has worked though the database goes away right after it: this process learns of it later', async () => {
    const { deps, changes } = setUp();
    const templates = { refresh: () => Promise.reject(new DependencyUnavailable('database')) };
    expect(await saveTemplate({ ...deps, templates }, change, draftUnderTest, null)).toMatchObject({ version: 1 });
    expect(changes).toHaveLength(1);
    const broken = { refresh: () => Promise.reject(new Error('a mistake of ours')) };
    await expect(saveTemplate({ ...deps, templates: broken }, change, draftUnderTest, null)).rejects.toThrow('a mistake of ours');
  });

  test('is refused when somebody else changed it since, and says what to do', async () => {
    const { deps, stored, changes, refreshes } = setUp();
    await expect(saveTemplate(deps, change, draftUnderTest, { id: stored.id, version: 2 })).rejects.toMatchObject({
      code: 'VERSION_CONFLICT',
      message: 'You edited version 2, and version 3 is current. Read the template again, and repeat your change on it.',
    });
    expect([changes, refreshes()]).toEqual([[], 0]);
  });

  test('of one that is not there is refused', async () => {
    const { deps, changes } = setUp();
    await expect(saveTemplate(deps, change, draftUnderTest, { id: 'lost', version: null })).rejects.toMatchObject({
      code: 'TEMPLATE_NOT_FOUND',
      message: 'There is no template lost.',
    });
    expect(changes).toEqual([]);
  });

  test('of content that may not be used is refused before anything is stored', async () => {
    const { deps, stored, changes, refreshes } = setUp();
    for (const edited of [null, { id: stored.id, version: 3 }]) {
      await expect(saveTemplate(deps, change, { ...draftUnderTest, content: 'joe@mail.com' }, edited)).rejects.toMatchObject({
        code: 'INVALID_TEMPLATE',
        message: 'Line 1, column 1: Templates cannot hold an e-mail address ("joe@mail.com"). Take it out.',
      });
    }
    expect([changes, refreshes()]).toEqual([[], 0]);
  });
});

describe('going back to an old version', () => {
  test('makes it current again, as a new one, and this process knows it at once', async () => {
    const { deps, stored, changes, refreshes } = setUp();
    expect(await rollBackTemplate(deps, change, { id: stored.id, version: 1 })).toMatchObject({ id: stored.id, version: 4 });
    expect([changes.length, refreshes()]).toEqual([1, 1]);
  });

  test('that never was is refused', async () => {
    const { deps, stored, refreshes } = setUp();
    await expect(rollBackTemplate(deps, change, { id: stored.id, version: 9 })).rejects.toMatchObject({
      code: 'TEMPLATE_NOT_FOUND',
      message: `There is no version 9 of template ${stored.id}.`,
    });
    expect(refreshes()).toBe(0);
  });
});
