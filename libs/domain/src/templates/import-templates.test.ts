import { describe, expect, test } from '@jest/globals';
import { importTemplates } from './import-templates.ts';
import type { ImportOptions, ImportRow, RefusedRow } from './ports.ts';
import { createTemplatesUnderTest } from './template-store.fake.ts';
import { draftUnderTest, policyUnderTest } from './template.fixture.ts';

const change = { changedBy: 'admin-1', reason: 'From staging' };
const row = (overrides: Partial<ImportRow> = {}): ImportRow => ({ ...draftUnderTest, ...overrides });

function setUp() {
  const { changes, refreshes, ...ports } = createTemplatesUnderTest();
  const reports: [step: string, done: number, total: number][] = [];
  const options = (dryRun: boolean): ImportOptions => ({
    dryRun,
    async progress(step, done, total) {
      await Promise.resolve();
      reports.push([step, done, total]);
    },
  });
  const deps = { ...ports, contentPolicy: policyUnderTest };
  return {
    changes,
    refreshes,
    reports,
    run: (rows: (ImportRow | RefusedRow)[], dryRun = false) => importTemplates(deps, change, rows, options(dryRun)),
  };
}

describe('an import', () => {
  test('stores all rows in one go, in composed form, and this process knows them at once', async () => {
    const { run, changes, refreshes } = setUp();
    expect(await run([row({ id: 'a', content: 'Cafe\u0301\r\n' }), row()])).toEqual([
      { id: 'a', outcome: 'created' },
      { id: 'new-1', outcome: 'created' },
    ]);
    expect(changes).toEqual([{ change, drafts: [row({ id: 'a', content: 'Café\n' }), row()], dryRun: false }]);
    expect(refreshes()).toBe(1);
  });

  test('that is only tried out tells the store so, and nothing has to be read again', async () => {
    const { run, changes, refreshes } = setUp();
    expect(await run([row({ id: 'a' })], true)).toEqual([{ id: 'a', outcome: 'created' }]);
    expect(changes).toMatchObject([{ dryRun: true }]);
    expect(refreshes()).toBe(0);
  });

  test('reports how far it is, up to the whole', async () => {
    const { run, reports } = setUp();
    await run(Array.from({ length: 600 }, () => row()));
    expect(reports).toEqual([
      ['checked', 0, 600],
      ['checked', 250, 600],
      ['checked', 500, 600],
      ['checked', 600, 600],
      ['written', 600, 600],
    ]);
  });

  test('of nothing does nothing, and reports so', async () => {
    const { run, reports } = setUp();
    expect(await run([])).toEqual([]);
    expect(reports).toEqual([
      ['checked', 0, 0],
      ['written', 0, 0],
    ]);
  });

  test('with one bad row of 10,000 stores nothing, and names the row', async () => {
    const { run, changes, refreshes, reports } = setUp();
    const rows = Array.from({ length: 10_000 }, (_, nth) => row(nth === 9_998 ? { content: 'Hi\n{{nickName}}' } : {}));
    await expect(run(rows)).rejects.toMatchObject({
      code: 'INVALID_TEMPLATE',
      message: expect.stringMatching(
        /^Nothing was imported\. templates\[9998\]\.content: Line 2, column 1: There is no variable "nickName"\. Use one of: .*\.$/,
      ),
    });
    expect([changes, refreshes()]).toEqual([[], 0]);
    expect(reports.at(-1)).toEqual(['checked', 10_000, 10_000]);
  });

  test('that names a template twice is refused, by the names of both rows', async () => {
    const { run, changes } = setUp();
    await expect(run([row({ id: 'a' }), row(), row({ id: 'b' }), row({ id: 'a' }), row()])).rejects.toMatchObject({
      code: 'INVALID_TEMPLATE',
      message: 'Nothing was imported. templates[3].id: templates[0] has the id a too. Take one of them out.',
    });
    expect(changes).toEqual([]);
  });

  test('says in one go what is wrong with rows that are no templates, and with others', async () => {
    const { run, changes } = setUp();
    const refused = { refused: 'templates[1].priority: expected a whole number.', content: '{{nickName}}', id: 'a' };
    await expect(
      run([row({ id: 'a' }), refused, row({ content: ' ' }), { refused: 'templates[3]: expected an object.' }]),
    ).rejects.toMatchObject({
      message: expect.stringMatching(
        /imported\. templates\[1\]\.priority: .* templates\[1\]\.id: templates\[0\] .* templates\[1\]\.content: .*"nickName".* templates\[2\]\.content: .* templates\[3\]: expected an object\.$/,
      ),
    });
    expect(changes).toEqual([]);
  });

  test('shows the first five bad rows, and counts the rest', async () => {
    const { run } = setUp();
    await expect(run(Array.from({ length: 8 }, () => row({ content: ' ' })))).rejects.toMatchObject({
      message: expect.stringMatching(/^Nothing was imported\. templates\[0\]\.content: .* templates\[4\]\.content: [^[]* And 3 more\.$/),
    });
  });
});
