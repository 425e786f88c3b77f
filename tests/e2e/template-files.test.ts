import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCommands } from '@mood/testing/commands';
import { createTestDatabase } from '@mood/testing/database';
import type { TestDatabase } from '@mood/testing/database';

const commands = createCommands();
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'mood-template-files-'));
});
afterAll(async () => {
  await commands.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** `npm run templates -- …` */
const templates = (args: string[], env: Record<string, string> = {}) =>
  commands.run(['apps/cli/src/templates.ts', ...args], { DATABASE_URL: database.url, DATA_DIR: folder, ...env });

const row = (content: string, id?: string) => ({
  moodState: 'neutral',
  templateType: 'farewell',
  content,
  ...(id !== undefined && { id }),
});
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => row(`Goodbye number ${index}, {{userName|friend}}.`, randomUUID()));

async function writeTemplates(name: string, rows: readonly object[]): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, JSON.stringify({ format: 'mood-templates/1', templates: rows }));
  return file;
}

/** Everything that an import could touch. */
async function stored(): Promise<string> {
  const rows = await database.query<{ found: string }>(
    `SELECT md5(string_agg(t::text, E'\\n' ORDER BY t.id)) || ' ' || (SELECT count(*) FROM mood_template_versions) || ' '
       || (SELECT revision FROM mood_template_catalog) AS found FROM mood_messaging_templates t`,
  );
  return rows[0]?.found ?? '';
}

describe('npm run templates', () => {
  test('--help says what it does', async () => {
    const { code, out } = await templates(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('npm run templates -- import FILE');
  });

  test.each([
    [[], 'Say import or export.'],
    [['improt', 'x.json'], 'There is no command "improt".'],
    [['import'], 'Name the file to import.'],
    [['import', 'a', 'b'], 'One file at a time'],
    [['import', 'a', '--dri-run'], "Unknown option '--dri-run'"],
  ])('%j is answered with what is wrong and how it is used', async (args, message) => {
    const { code, err } = await templates(args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain('npm run templates -- import FILE');
  });

  test('says what to do when there is no database', async () => {
    const { code, err } = await templates(['export'], { DATABASE_URL: '' });
    expect([code, err]).toEqual([1, 'There is no database to work on: start the system with "npm start", or set DATABASE_URL.\n']);
  });

  test('refuses what is no file of templates, and says why', async () => {
    const before = await stored();
    const noJson = path.join(folder, 'no.json');
    await writeFile(noJson, '{"format": ');
    expect(await templates(['import', noJson])).toMatchObject({ code: 1, err: expect.stringContaining('is not valid JSON') });
    expect(await templates(['import', path.join(folder, 'none.json')])).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be read'),
    });
    await writeFile(noJson, '{"templates": []}');
    expect(await templates(['import', noJson])).toMatchObject({
      code: 1,
      err: expect.stringContaining('format: expected "mood-templates/1"'),
    });
    expect(await stored()).toBe(before);
  });

  test.each([
    ['with a byte order mark', Buffer.from('\uFEFF'), 0, '1 would be created'],
    ['in another encoding', Buffer.from([0xff, 0xfe]), 1, 'is not valid UTF-8'],
  ])('takes a file %s as the API does', async (_what, mark, code, words) => {
    const file = path.join(folder, 'marked.json');
    const text = JSON.stringify({ format: 'mood-templates/1', templates: [row('Goodbye with a mark.')] });
    await writeFile(file, Buffer.concat([mark, Buffer.from(text)]));
    const ended = await templates(['import', '--dry-run', file]);
    expect(ended.code).toBe(code);
    expect(ended.out + ended.err).toContain(words);
  });

  test.each([
    ['in a folder that is not there', ['none', 'export.json'], () => `there is no folder ${path.join(folder, 'none')}: make it first`],
    ['in a file', ['file', 'export.json'], () => `${path.join(folder, 'file')} is no folder`],
    ['that is a folder', ['.'], () => 'name a file, not a folder'],
  ])('an export to a file %s says which folder is at fault', async (_where, names, words) => {
    await writeFile(path.join(folder, 'file'), '');
    const file = path.join(folder, ...names);
    const { code, err } = await templates(['export', file]);
    expect([code, err]).toEqual([1, `The file ${file} cannot be written: ${words()}\n`]);
  });

  test('an export can be imported again and changes nothing', async () => {
    const file = path.join(folder, 'export.json');
    const exported = await templates(['export', file]);
    expect(exported).toEqual({ code: 0, out: '', err: `20 templates written to ${file}.\n` });
    const before = await stored();
    expect(await templates(['import', file])).toMatchObject({ code: 0, out: '0 created, 0 changed, 20 left as they are.\n' });
    expect(await stored()).toBe(before);
    expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([]);

    const { out } = await templates(['export']);
    expect(JSON.parse(out).templates).toEqual(JSON.parse(await readFile(file, 'utf8')).templates);
  });
});

describe('an import of 10,000 templates', () => {
  const rows = many(10_000);

  test('with bad rows leaves nothing behind, and names every row and the place in it, whatever is wrong there', async () => {
    const before = await stored();
    const bad: object[] = rows.with(9_998, row('Goodbye,\nwrite to {{nickName}}', randomUUID()));
    bad[5] = { ...rows[5], priority: 'high' };
    const { code, err } = await templates(['import', await writeTemplates('bad.json', bad)]);
    expect(code).toBe(1);
    expect(err).toContain(
      'Nothing was imported. templates[5].priority: expected a whole number from -2147483647 to 2147483647. ' +
        'templates[9998].content: Line 2, column 10: There is no variable "nickName".',
    );
    expect(await stored()).toBe(before);
  });

  test('with a bad row that only the database could refuse leaves nothing behind', async () => {
    const before = await stored();
    await database.query(
      `ALTER TABLE mood_messaging_templates ADD CONSTRAINT no_last CHECK (content NOT LIKE 'Goodbye number 9998,%') NOT VALID`,
    );
    const { code, err } = await templates(['import', await writeTemplates('refused.json', rows)]);
    await database.query(`ALTER TABLE mood_messaging_templates DROP CONSTRAINT no_last`);
    expect([code, err]).toEqual([1, expect.stringContaining('no_last')]);
    expect(await stored()).toBe(before);
  });

  test('as a dry run says what would happen, and writes nothing', async () => {
    const before = await stored();
    const { code, out } = await templates(['import', '--dry-run', await writeTemplates('good.json', rows)]);
    expect([code, out]).toEqual([0, '10,000 would be created, 0 would be changed, 0 would be left as they are. Nothing was written.\n']);
    expect(await stored()).toBe(before);
  });

  test('is one transaction, and shows how far it is', async () => {
    const file = await writeTemplates('good.json', rows);
    const { code, out, err } = await templates(['import', file, '--reason', 'ten thousand goodbyes']);
    expect([code, out]).toEqual([0, '10,000 created, 0 changed, 0 left as they are.\n']);
    expect(err).toMatch(/checked 1,000 of 10,000 templates\n/);
    expect(err).toMatch(/written 5,000 of 10,000 templates\n/);
    expect(err).toMatch(/written 10,000 of 10,000 templates\n/);
    const written = await database.query(
      `SELECT count(*)::int AS versions, count(DISTINCT t.xmin::text)::int AS transactions FROM mood_template_versions v
       JOIN mood_messaging_templates t ON t.id = v.template_id WHERE v.reason = 'ten thousand goodbyes' AND v.version = 1`,
    );
    expect(written).toEqual([{ versions: 10_000, transactions: 1 }]);
  });

  test('changes what differs and leaves the rest', async () => {
    const changed = rows.with(4, row('Another goodbye.', rows[4]?.id));
    const { out } = await templates(['import', await writeTemplates('changed.json', changed)]);
    expect(out).toBe('0 created, 1 changed, 9,999 left as they are.\n');
    const versions = await database.query(
      `SELECT version, content, changed_by, reason FROM mood_template_versions WHERE template_id = $1 ORDER BY version`,
      [rows[4]?.id],
    );
    expect(versions).toEqual([
      { version: 1, content: 'Goodbye number 4, {{userName|friend}}.', changed_by: null, reason: 'ten thousand goodbyes' },
      { version: 2, content: 'Another goodbye.', changed_by: null, reason: 'import of changed.json' },
    ]);
  });
});
