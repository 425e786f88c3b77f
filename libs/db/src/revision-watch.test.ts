import { afterEach, describe, expect, test } from '@jest/globals';
import { createCapturedLog } from '@mood/testing/captured-log';
import { until } from '@mood/testing/eventually';
import type { Statement } from './database.ts';
import { createRevisionWatch } from './revision-watch.ts';
import type { Revisions, RevisionWatch } from './revision-watch.ts';

let started: RevisionWatch | undefined;
afterEach(() => started?.stop());

/** A watch over revisions that are set by hand. */
function watchUnderTest() {
  const state = { looks: 0, found: { flags: 1, templates: 1 } satisfies Revisions };
  const { logger, lines } = createCapturedLog();
  const query = async <Row extends object>({ name }: Statement): Promise<Row[]> => {
    if (name === 'see-revisions') state.looks += 1;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the row of the only statement that is asked
    return [state.found] as unknown as Row[];
  };
  const watch = createRevisionWatch({ query }, { logger });
  started = watch;
  return { watch, state, lines };
}

describe('the watch of revisions', () => {
  test('looks once for all catalogs, and tells each of its own', async () => {
    const { watch, state } = watchUnderTest();
    state.found = { flags: 3, templates: 7 };
    const seen: Record<keyof Revisions, number[]> = { flags: [], templates: [] };
    for (const catalog of ['flags', 'templates'] as const) watch.follow(catalog, async (found) => void seen[catalog].push(found));
    await watch.start();
    await until(() => seen.templates.length === 2);
    expect(seen).toEqual({ flags: [3, 3], templates: [7, 7] });
    expect(state.looks).toBe(2);
  });

  test('does not look while somebody else tells it', async () => {
    const { watch, state } = watchUnderTest();
    const seen: number[] = [];
    watch.follow('flags', async (found) => void seen.push(found));
    watch.tell({ flags: 5, templates: 1 });
    await watch.start();
    expect([seen, state.looks]).toEqual([[5], 0]);
    // Until nobody does any more.
    await until(() => state.looks > 0);
  });

  test('leaves a catalog that is still catching up alone, and tries again after one that failed, and says so once', async () => {
    const { watch, lines } = watchUnderTest();
    const calls: PromiseWithResolvers<void>[] = [];
    watch.follow('templates', () => {
      const call = Promise.withResolvers<void>();
      calls.push(call);
      return call.promise;
    });
    const tell = () => watch.tell({ flags: 1, templates: 2 });
    tell();
    tell();
    expect(calls).toHaveLength(1);
    calls[0]?.reject(new Error('the database is away'));
    await until(() => lines.length > 0);
    tell();
    expect(calls).toHaveLength(2);
    expect(lines).toMatchObject([{ level: 'warn', part: 'templates', problem: 'the database is away' }]);
  });
});
