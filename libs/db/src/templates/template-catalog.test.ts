import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DependencyUnavailable } from '@mood/domain';
import type { TemplateSource, TemplateStore } from '@mood/domain';
import type { Service } from '@mood/runtime';
import { createLogger } from '@mood/runtime';
import { startStopwatch } from '@mood/testing/processor-time';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import { createRevisionWatch } from '../revision-watch.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import type { Database } from '../database.ts';
import { createTemplateCatalog } from './template-catalog.ts';
import { bySystem, draftUnderTest } from './template-draft.fixture.ts';
import { createTemplateStore } from './template-store.ts';

let opened: DatabaseUnderTest;
let store: TemplateStore;
let started: Service[];
let lines: { level: number; msg: string; [field: string]: unknown }[];

beforeEach(async () => {
  opened = await openDatabaseUnderTest();
  store = createTemplateStore(opened.database);
  started = [];
  lines = [];
});
afterEach(async () => {
  await Promise.all(started.map((service) => service.stop()));
  await opened.close();
});

const logger = createLogger({ name: 'catalog-test', level: 'silent' });
const draft = draftUnderTest({ locale: 'de' });
const there = async (catalog: TemplateSource) =>
  (await catalog.current())
    .at({ moodState: 'positive', templateType: 'greeting', tierLevel: null, locale: 'de' })
    .map(({ template }) => template.content);

/** Whoever looks for changes is not told of any. */
const unwatched = { follow: () => {} };

function catalogOf(database: Database) {
  return createTemplateCatalog(database, { logger, revisions: unwatched });
}

/** As another process: a pool of its own, which looks for changes. */
async function startAnother() {
  const database = opened.connectAnother();
  const revisions = createRevisionWatch(database, { logger });
  const catalog = createTemplateCatalog(database, { logger, revisions });
  await revisions.start();
  started.push(revisions);
  await catalog.current();
  return { catalog, database };
}

/** @returns milliseconds until it was so. */
async function untilSeen(catalog: TemplateSource, content: string): Promise<number> {
  const elapsed = startStopwatch();
  while (!(await there(catalog)).includes(content)) {
    if (elapsed() > 10_000) throw new Error(`"${content}" was never seen`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return elapsed();
}

/** Counts the statements, and can hold or fail them. */
function watched(database: Database, before: () => Promise<void> = async () => {}) {
  let count = 0;
  const query: Database['query'] = async (statement, values) => {
    count += 1;
    await before();
    return database.query(statement, values);
  };
  return { database: { ...database, query }, count: () => count };
}

describe('the catalog of a process', () => {
  test('holds the active templates only, and drops those that are put out of use', async () => {
    const { id } = await store.create(draft, bySystem);
    await store.create({ ...draft, content: 'resting', active: false }, bySystem);
    const catalog = catalogOf(opened.database);
    expect(await there(catalog)).toEqual([draft.content]);
    await store.update(id, { ...draft, active: false }, null, bySystem);
    await catalog.refresh();
    expect(await there(catalog)).toEqual([]);
  });

  test('is loaded once for all who ask at once, and then costs nothing', async () => {
    const { database, count } = watched(opened.database);
    const catalog = catalogOf(database);
    await Promise.all(Array.from({ length: 50 }, () => catalog.current()));
    await catalog.current();
    // The templates, and the decisions about their experiments.
    expect(count()).toBe(2);
  });

  test('that could not be loaded is tried again by the next who asks', async () => {
    let down = true;
    const { database } = watched(opened.database, async () => {
      if (down) throw new DependencyUnavailable('database');
    });
    const catalog = catalogOf(database);
    await expect(catalog.current()).rejects.toBeInstanceOf(DependencyUnavailable);
    down = false;
    await expect(catalog.current()).resolves.toBeDefined();
  });

  test('answers from memory while the database is down', async () => {
    await store.create(draft, bySystem);
    let down = false;
    const { database } = watched(opened.database, async () => {
      if (down) throw new DependencyUnavailable('database');
    });
    const catalog = catalogOf(database);
    await catalog.current();
    down = true;
    await expect(catalog.refresh()).rejects.toBeInstanceOf(DependencyUnavailable);
    expect(await there(catalog)).toEqual([draft.content]);
  });

  test('is brought up to date with what was committed before, though an older load is under way', async () => {
    const gate = Promise.withResolvers<void>();
    const read = Promise.withResolvers<void>();
    let hold = true;
    const query: Database['query'] = async (statement, values) => {
      const held = hold;
      hold = false;
      const rows = await opened.database.query<never>(statement, values);
      if (held) {
        read.resolve();
        await gate.promise;
      }
      return rows;
    };
    const catalog = catalogOf({ ...opened.database, query });
    const first = catalog.current();
    await read.promise;
    await store.create(draft, bySystem);
    const refreshed = Promise.all([catalog.refresh(), catalog.refresh()]);
    gate.resolve();
    await Promise.all([first, refreshed]);
    expect(await there(catalog)).toEqual([draft.content]);
  });

  test('leaves out a template that cannot be read, and the others stay', async () => {
    await store.create(draft, bySystem);
    const broken = await store.create({ ...draft, content: 'fine' }, bySystem);
    const catalog = createTemplateCatalog(opened.database, {
      revisions: unwatched,
      logger: createLogger({ name: 'catalog-test', level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
    });
    await catalog.current();
    await opened.sql.query(`UPDATE mood_messaging_templates SET content = 'oh {{no' WHERE id = $1`, [broken.id]);
    await catalog.refresh();
    expect(await there(catalog)).toEqual([draft.content]);
    expect(lines).toEqual([expect.objectContaining({ templateId: broken.id, version: 2 })]);
  });

  test('is loaded anew when the database was set back, and goes on with the old one until that is done', async () => {
    const kept = await store.create(draft, bySystem);
    await store.create({ ...draft, content: 'after the backup' }, bySystem);
    let calls = 0;
    let failing = false;
    const { database } = watched(opened.database, async () => {
      calls += 1;
      if (failing && calls > 1) throw new DependencyUnavailable('database');
    });
    const catalog = catalogOf(database);
    expect(await there(catalog)).toHaveLength(2);
    await opened.sql.query(`SET session_replication_role = replica`);
    await opened.sql.query(`DELETE FROM mood_messaging_templates WHERE id <> $1`, [kept.id]);
    await opened.sql.query(`UPDATE mood_messaging_templates SET revision = 2; UPDATE mood_template_catalog SET revision = 2`);
    await opened.sql.query(`SET session_replication_role = origin`);
    calls = 0;
    failing = true;
    await catalog.refresh().catch(() => {});
    expect((await there(catalog)).length).toBeGreaterThan(0);
    failing = false;
    await catalog.refresh();
    expect(await there(catalog)).toEqual([draft.content]);
  });
});

describe('another process', () => {
  test('sees a change within a second, also one by hand', async () => {
    const { catalog } = await startAnother();
    const { id } = await store.create(draft, bySystem);
    expect(await untilSeen(catalog, draft.content)).toBeLessThan(1_000);
    await store.update(id, { ...draft, content: 'changed' }, 1, bySystem);
    expect(await untilSeen(catalog, 'changed')).toBeLessThan(1_000);
    await opened.sql.query(`UPDATE mood_messaging_templates SET content = 'by hand' WHERE id = $1`, [id]);
    expect(await untilSeen(catalog, 'by hand')).toBeLessThan(1_000);
    expect(await there(catalog)).toEqual(['by hand']);
  });

  test('sees every change of many writers at once, in whatever order they commit', async () => {
    const { catalog } = await startAnother();
    const stores = Array.from({ length: 3 }, () => createTemplateStore(opened.connectAnother()));
    const contents = Array.from({ length: 60 }, (_, n) => `written ${n}`);
    await Promise.all(contents.map((content, n) => (stores[n % 3] ?? store).create({ ...draft, content }, bySystem)));
    await Promise.all(contents.map((content) => untilSeen(catalog, content)));
    expect((await there(catalog)).sort()).toEqual(contents.toSorted());
  });

  test('sees a change within a second after its connections were cut', async () => {
    const { catalog, database } = await startAnother();
    for (let round = 0; round < 3; round++) {
      await database.query({ name: 'ping', text: 'SELECT 1' }, []);
      const { rows } = await opened.sql.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'db-test' AND pid <> pg_backend_pid()`,
      );
      expect(rows.length).toBeGreaterThan(0);
      await opened.sql.query(
        `INSERT INTO mood_messaging_templates (mood_state, template_type, content, locale) VALUES ('positive', 'greeting', $1, 'de')`,
        [`after cut ${round}`],
      );
      expect(await untilSeen(catalog, `after cut ${round}`)).toBeLessThan(1_000);
    }
  });
});
