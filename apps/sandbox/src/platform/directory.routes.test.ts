import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { demoAdmins, demoPerformers, demoUsers } from './demo-people.ts';
import { userTierSchema } from '@mood/contract/template-fields';
import { person, user } from './people.ts';
import { idsShape, openPlatform } from './platform.fixture.ts';
import type { PlatformUnderTest } from './platform.fixture.ts';

const directoryShape = z.object({
  performers: z.array(person),
  users: z.array(user),
  admins: z.array(person),
  totals: z.object({ performers: z.number(), users: z.number(), admins: z.number() }),
});

let platform: PlatformUnderTest;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(() => platform.stop());

describe('looking people up', () => {
  test('a performer is found by id, also when the id is written in capitals', async () => {
    const sophia = demoPerformers[0];
    expect((await platform.call('GET', `/performers/${sophia?.id}`)).body).toEqual(sophia);
    expect((await platform.call('GET', `/performers/${sophia?.id.toUpperCase()}`)).body).toEqual(sophia);
  });

  test('a user is found with the tier', async () => {
    const john = demoUsers.find((one) => one.displayName === 'John');
    expect((await platform.call('GET', `/users/${john?.id}`)).body).toEqual({ id: john?.id, displayName: 'John', tier: 'gold' });
  });

  test.each(['/users', '/performers'])('somebody unknown at %s is a 404 with a reason', async (path) => {
    const answer = await platform.call('GET', `${path}/${randomUUID()}`);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ error: 'NOT_FOUND', message: expect.any(String) });
  });

  test('a user is no performer', async () => {
    expect((await platform.call('GET', `/performers/${demoUsers[0]?.id}`)).status).toBe(404);
  });
});

describe('creating people', () => {
  test('without a count one performer is created and can be looked up', async () => {
    const { ids } = await platform.read(idsShape, 'POST', '/sandbox/performers');
    expect(ids).toHaveLength(1);
    expect((await platform.call('GET', `/performers/${ids[0]}`)).body).toMatchObject({
      id: ids[0],
      displayName: expect.stringMatching(/\w/),
    });
  });

  test('twenty thousand performers are created in one call, each under an id of its own', async () => {
    const { ids } = await platform.read(idsShape, 'POST', '/sandbox/performers', { count: 20_000 });
    expect(new Set(ids).size).toBe(20_000);
    expect((await platform.call('GET', `/performers/${ids.at(-1)}`)).status).toBe(200);
  });

  test('users are created in the tier asked for, or through all tiers in turn', async () => {
    const tierOf = async (id: string) => (await platform.read(user, 'GET', `/users/${id}`)).tier;
    const silver = await platform.read(idsShape, 'POST', '/sandbox/users', { count: 2, tier: 'silver' });
    expect(await Promise.all(silver.ids.map(tierOf))).toEqual(['silver', 'silver']);
    const mixed = await platform.read(idsShape, 'POST', '/sandbox/users', { count: 5 });
    expect((await Promise.all(mixed.ids.map(tierOf))).toSorted()).toEqual(userTierSchema.options.toSorted());
  });

  test('users are created with the locale asked for, or with none', async () => {
    const { ids } = await platform.read(idsShape, 'POST', '/sandbox/users', { count: 2, locale: 'fr-CA' });
    const created = await Promise.all(ids.map((id) => platform.call('GET', `/users/${id}`)));
    expect(created.map(({ body }) => body)).toEqual(ids.map((id) => expect.objectContaining({ id, locale: 'fr-CA' })));
    const plain = await platform.read(idsShape, 'POST', '/sandbox/users');
    expect((await platform.call('GET', `/users/${plain.ids[0]}`)).body).not.toHaveProperty('locale');
  });

  test('somebody with a name of their own has it as it is, and is found by a part of it, and by id', async () => {
    const displayName = '<img src=x onerror=alert(1)> & Åsa';
    const { ids } = await platform.read(idsShape, 'POST', '/sandbox/users', { displayName, tier: 'free' });
    const found = async (search: string) => (await platform.read(directoryShape, 'GET', `/sandbox/directory?search=${search}`)).users;
    const asa = { id: ids[0], displayName, tier: 'free' };
    expect(await found(encodeURIComponent('& åS'))).toEqual([asa]);
    expect(await found(ids[0] ?? '')).toEqual([asa]);
    expect(await found('nobody%20of%20this%20name')).toEqual([]);
  });

  test.each([
    { displayName: ' ' },
    { displayName: 'a'.repeat(101) },
    { count: 0 },
    { count: 20_001 },
    { count: 1.5 },
    { count: '3' },
    { tier: 'diamond' },
    { locale: 'no locale!' },
    { locale: 'fr_CA' },
    { locale: '' },
    { locale: null },
  ])('%j is refused', async (body) => {
    expect((await platform.call('POST', '/sandbox/users', body)).status).toBe(400);
  });
});

describe('changing the tier of a user', () => {
  test('is seen by whoever asks from then on', async () => {
    const { ids } = await platform.read(idsShape, 'POST', '/sandbox/users', { tier: 'free' });
    expect(await platform.call('PUT', `/sandbox/users/${ids[0]}`, { tier: 'gold' })).toMatchObject({ status: 200, body: { tier: 'gold' } });
    expect((await platform.call('GET', `/users/${ids[0]}`)).body).toMatchObject({ id: ids[0], tier: 'gold' });
  });

  test.each([
    [404, crypto.randomUUID(), { tier: 'gold' }],
    [400, demoUsers[0]?.id, { tier: 'diamond' }],
    [400, demoUsers[0]?.id, {}],
    [400, demoUsers[0]?.id, { tier: 'gold', id: '1' }],
  ])('is answered with %d for %s and %j', async (status, id, body) => {
    expect((await platform.call('PUT', `/sandbox/users/${id}`, body)).status).toBe(status);
  });
});

describe('the directory', () => {
  test('lists the demo people first, with every tier among the users', async () => {
    const { performers, users, admins } = await platform.read(directoryShape, 'GET', '/sandbox/directory');
    expect(performers.slice(0, 3)).toEqual(demoPerformers);
    expect(users.slice(0, 5)).toEqual(demoUsers);
    expect(admins).toEqual(demoAdmins);
    expect(demoUsers.map((one) => one.tier).toSorted()).toEqual(userTierSchema.options.toSorted());
  });

  test('is read page by page', async () => {
    const page = await platform.read(directoryShape, 'GET', '/sandbox/directory?limit=1&offset=1');
    expect(page.performers).toEqual([demoPerformers[1]]);
    expect(page.totals.performers).toBeGreaterThanOrEqual(3);
    expect((await platform.call('GET', '/sandbox/directory?limit=0')).status).toBe(400);
  });
});
