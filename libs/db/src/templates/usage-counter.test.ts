import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DependencyUnavailable } from '@mood/domain';
import type { TemplateStore } from '@mood/domain';
import { createLogger } from '@mood/runtime';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import type { Database } from '../database.ts';
import { createTemplateStore } from './template-store.ts';
import { createUsageCounter } from './usage-counter.ts';

let opened: DatabaseUnderTest;
let store: TemplateStore;
const logger = createLogger({ name: 'usage-test', level: 'silent' });
const day = '2026-01-02';
const clock = () => new Date(`${day}T12:00:00Z`);

beforeEach(async () => {
  opened = await openDatabaseUnderTest();
  store = createTemplateStore(opened.database);
});
afterEach(() => opened.close());

const counterOf = (database: Database, now = clock) => createUsageCounter(database, { logger, flushMs: 3_600_000, clock: now });

describe('the usage of templates', () => {
  test('is the sum of what all processes counted, with nothing lost when they stop', async () => {
    const ids = Array.from({ length: 40 }, () => randomUUID());
    const counters = [counterOf(opened.connectAnother()), counterOf(opened.connectAnother())];
    for (const [nth, counter] of counters.entries()) {
      // In opposite orders: whoever wrote them as they come would wait for the other in a circle.
      for (const id of nth === 0 ? ids : ids.toReversed()) {
        for (let n = 0; n < 3; n++) counter.count(id, 'rendered');
        counter.count(id, 'sent');
        if (nth === 1) counter.count(id, 'failed');
      }
    }
    await Promise.all(counters.map((counter) => counter.stop()));
    for (const id of ids) expect(await store.usage(id, day, day)).toEqual([{ day, rendered: 6, sent: 2, failed: 1 }]);
  });

  test('two processes that store many counts again and again never block each other for good', async () => {
    const ids = Array.from({ length: 200 }, () => randomUUID());
    const stores = Array.from({ length: 2 }, () => opened.connectAnother());
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        stores.map((database, nth) => {
          const counter = counterOf(database);
          for (const id of nth === 0 ? ids : ids.toReversed()) counter.count(id, 'rendered');
          return counter.stop();
        }),
      );
    }
    const { rows } = await opened.sql.query(`SELECT sum(rendered)::int AS rendered, count(*)::int AS rows FROM mood_template_usage`);
    expect(rows).toEqual([{ rendered: 4_000, rows: 200 }]);
  });

  test('belongs to the day in UTC on which it happened, and is read for the days asked for, oldest first', async () => {
    const id = randomUUID();
    let now = new Date('2026-01-01T23:59:59.999Z');
    const counter = counterOf(opened.database, () => now);
    counter.count(id, 'sent');
    now = new Date('2026-01-02T00:00:00.000Z');
    counter.count(id, 'failed');
    now = new Date('2026-01-04T10:00:00.000Z');
    counter.count(id, 'rendered');
    await counter.stop();
    const days = [
      { day: '2026-01-01', rendered: 0, sent: 1, failed: 0 },
      { day: '2026-01-02', rendered: 0, sent: 0, failed: 1 },
      { day: '2026-01-04', rendered: 1, sent: 0, failed: 0 },
    ];
    expect(await store.usage(id, '2026-01-01', '2026-01-04')).toEqual(days);
    expect(await store.usage(id, '2026-01-02', '2026-01-03')).toEqual([days[1]]);
    expect(await store.usage(randomUUID(), '2026-01-01', '2026-01-04')).toEqual([]);
  });

  test('that could not be stored is kept and stored later, together with what came meanwhile', async () => {
    const id = randomUUID();
    let outages = 2;
    const failed = Promise.withResolvers<void>();
    const stored = Promise.withResolvers<void>();
    const query: Database['query'] = async (statement, values) => {
      if (outages > 0) {
        outages -= 1;
        counter.count(id, 'rendered');
        if (outages === 0) failed.resolve();
        throw new DependencyUnavailable('database');
      }
      const rows = await opened.database.query<never>(statement, values);
      stored.resolve();
      return rows;
    };
    const counter = createUsageCounter({ ...opened.database, query }, { logger, flushMs: 1, clock });
    counter.count(id, 'rendered');
    await counter.start();
    await failed.promise;
    await stored.promise;
    await counter.stop();
    expect(await store.usage(id, day, day)).toEqual([{ day, rendered: 3, sent: 0, failed: 0 }]);
  });

  test('costs no statement while nothing happens, and stopping twice stores nothing twice', async () => {
    let statements = 0;
    const query: Database['query'] = (statement, values) => {
      statements += 1;
      return opened.database.query(statement, values);
    };
    const counter = createUsageCounter({ ...opened.database, query }, { logger, clock });
    await counter.stop();
    expect(statements).toBe(0);
    const id = randomUUID();
    counter.count(id, 'sent');
    await counter.stop();
    await counter.stop();
    expect(statements).toBe(1);
    expect(await store.usage(id, day, day)).toEqual([{ day, rendered: 0, sent: 1, failed: 0 }]);
  });
});
