import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DependencyUnavailable } from '@mood/domain';
import { eventually } from '@mood/testing/eventually';
import { createPerformerDirectory, createUserDirectory } from './directory.ts';
import { startTinyServer } from '@mood/testing/tiny-server';
import type { TinyServer } from '@mood/testing/tiny-server';

let server: TinyServer;
beforeAll(async () => {
  server = await startTinyServer();
});
beforeEach(() => {
  server.seen.length = 0;
});
afterAll(() => server.close());

const sophia = { id: 'a0000000-0000-4000-8000-000000000001', displayName: 'Sophia' };
const services = () => ({ baseUrl: server.url, timeoutMs: 2_000 });

describe('a performer', () => {
  test('is asked about once: the answer is kept', async () => {
    server.answer((response) => response.end(JSON.stringify({ ...sophia, email: 'not ours to know' })));
    const directory = createPerformerDirectory(services());
    expect(await directory.findPerformer(sophia.id)).toEqual(sophia);
    expect(await directory.findPerformer(sophia.id)).toEqual(sophia);
    expect(server.seen.map((request) => request.url)).toEqual([`/performers/${sophia.id}`]);
  });

  test('who is not there is not asked about again at once, but is found soon after being created', async () => {
    server.answer((response) => response.writeHead(404).end());
    const directory = createPerformerDirectory(services());
    expect(await directory.findPerformer(sophia.id)).toBeNull();
    server.answer((response) => response.end(JSON.stringify(sophia)));
    expect(await directory.findPerformer(sophia.id)).toBeNull();
    expect(server.seen).toHaveLength(1);
    const found = await eventually(
      () => directory.findPerformer(sophia.id),
      (performer) => performer !== null,
      30_000,
    );
    expect(found).toEqual(sophia);
    expect(server.seen).toHaveLength(2);
  });

  test('who is asked about by many at once is asked about once', async () => {
    server.answer((response) => response.end(JSON.stringify(sophia)));
    const directory = createPerformerDirectory(services());
    const answers = await Promise.all(Array.from({ length: 100 }, () => directory.findPerformer(sophia.id)));
    expect(answers).toEqual(Array.from({ length: 100 }, () => sophia));
    expect(server.seen).toHaveLength(1);
  });

  test('is asked about again after the service failed: a failure is not kept', async () => {
    server.answer((response) => response.writeHead(503).end());
    const directory = createPerformerDirectory(services());
    await expect(directory.findPerformer(sophia.id)).rejects.toBeInstanceOf(DependencyUnavailable);
    server.answer((response) => response.end(JSON.stringify(sophia)));
    expect(await directory.findPerformer(sophia.id)).toEqual(sophia);
  });
});

describe('a user', () => {
  test.each([
    [{ tier: 'gold' }, 'gold'],
    [{ tier: null }, null],
    [{}, null],
  ])('with %j has the tier %s, as of now: tiers change', async (more, tier) => {
    server.answer((response) => response.end(JSON.stringify({ ...sophia, ...more })));
    const directory = createUserDirectory(services());
    expect(await directory.findUser(sophia.id)).toEqual({ ...sophia, tier, locale: null });
    await directory.findUser(sophia.id);
    expect(server.seen).toHaveLength(2);
  });

  test.each([
    ['fr-ca', 'fr-CA'],
    ['de', 'de'],
    ['no locale!', null],
    [42, null],
    [null, null],
  ])('whose locale is %j is taken as %j: one that cannot be read costs no message', async (locale, read) => {
    server.answer((response) => response.end(JSON.stringify({ ...sophia, locale })));
    expect(await createUserDirectory(services()).findUser(sophia.id)).toEqual({ ...sophia, tier: null, locale: read });
  });

  test('who is not there is null, and is not asked about again at once', async () => {
    server.answer((response) => response.writeHead(404).end());
    const directory = createUserDirectory(services());
    expect(await directory.findUser(sophia.id)).toBeNull();
    expect(await directory.findUser(sophia.id)).toBeNull();
    expect(server.seen).toHaveLength(1);
  });

  test('who is gone is null, too', async () => {
    server.answer((response) => response.writeHead(410).end());
    expect(await createUserDirectory(services()).findUser(sophia.id)).toBeNull();
  });
});
