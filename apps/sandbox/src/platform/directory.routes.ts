import { timeZoneSchema, userTierSchema } from '@mood/contract/template-fields';
import { Hono } from 'hono';
import { z } from 'zod';
import type { CallGate } from './call-gate.ts';
import { demoAdmins } from './demo-people.ts';
import type { Directory } from './directory.ts';
import { displayName, locale } from './people.ts';
import type { NewsDesk } from './news-desk.ts';
import type { PlatformEnv } from './platform-env.ts';
import { Refusal } from './refusal.ts';
import { pageLimit, pageOffset, readJson, readQuery } from './request-input.ts';

const count = z.number().int().min(1).max(20_000).default(1);
const performersToCreate = z.strictObject({ count, displayName: displayName.optional(), timeZone: timeZoneSchema.optional() });
const usersToCreate = z.strictObject({
  count,
  displayName: displayName.optional(),
  tier: userTierSchema.optional(),
  locale: locale.optional(),
  timeZone: timeZoneSchema.optional(),
});
const userChanges = z.strictObject({ tier: userTierSchema });
const page = z.object({ limit: pageLimit.default(100), offset: pageOffset.default(0), search: z.string().max(100).optional() });

export interface DirectoryDeps {
  gate: CallGate;
  directory: Directory;
  /** Called after people were created or changed, so that they outlive a restart. */
  keep: () => Promise<void>;
  desk: NewsDesk;
}

/** User Service and Performer Service (read-only), and the making of more people. */
export function directoryRoutes({ gate, directory, keep, desk }: DirectoryDeps) {
  async function keepAndTell(): Promise<void> {
    desk.tell({ kind: 'changed', list: 'people' });
    await keep();
  }

  return new Hono<PlatformEnv>()
    .get('/users/:id', gate('users', 'users'), (c) => {
      const id = c.req.param('id');
      // Administrators are users of the platform, too.
      const found = directory.findUser(id) ?? demoAdmins.find((one) => one.id === id.toLowerCase());
      if (found === undefined) throw new Refusal(404, 'NOT_FOUND', 'There is no user with this id');
      return c.json(found);
    })
    .get('/performers/:id', gate('performers', 'performers'), (c) => {
      const found = directory.findPerformer(c.req.param('id'));
      if (found === undefined) throw new Refusal(404, 'NOT_FOUND', 'There is no performer with this id');
      return c.json(found);
    })
    .post('/sandbox/performers', async (c) => {
      const wanted = await readJson(c, performersToCreate);
      const { count: number, ...more } = wanted;
      const ids = directory.createPerformers(number, more);
      await keepAndTell();
      return c.json({ ids }, 201);
    })
    .post('/sandbox/users', async (c) => {
      const { count: wanted, ...more } = await readJson(c, usersToCreate);
      const ids = directory.createUsers(wanted, more);
      await keepAndTell();
      return c.json({ ids }, 201);
    })
    .put('/sandbox/users/:id', async (c) => {
      const changed = directory.changeUser(c.req.param('id'), await readJson(c, userChanges));
      if (changed === undefined) throw new Refusal(404, 'NOT_FOUND', 'There is no user with this id');
      await keepAndTell();
      return c.json(changed);
    })
    .get('/sandbox/directory', (c) => {
      const { limit, offset, search } = readQuery(c, page);
      const { performers, users } = directory.people(search);
      const end = offset + limit;
      return c.json({
        performers: performers.slice(offset, end),
        users: users.slice(offset, end),
        admins: demoAdmins.slice(offset, end),
        totals: { performers: performers.length, users: users.length, admins: demoAdmins.length },
      });
    });
}
