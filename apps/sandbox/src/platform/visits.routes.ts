import { idSchema } from '@mood/contract/fields';
import { conversationIdSchema } from '@mood/contract/messaging-ids';
import { Hono } from 'hono';
import { z } from 'zod';
import type { PlatformEnv } from './platform-env.ts';
import { checked, readJson } from './request-input.ts';
import type { Speaker } from './speaker.ts';

const visit = z.strictObject({ userId: idSchema, modelId: idSchema });

/** Plays how a user enters a conversation and is greeted, and leaves it and is told goodbye. */
export function visitRoutes({ speaker }: { speaker: Speaker }) {
  return new Hono<PlatformEnv>()
    .post('/sandbox/conversations/:id/greetings', async (c) => {
      const conversationId = checked(conversationIdSchema, c.req.param('id'), 'conversationId');
      const people = await readJson(c, visit);
      return c.json(await speaker.speak({ conversationId, ...people, occasion: 'greeting', moment: { what: 'entered' } }), 201);
    })
    .post('/sandbox/conversations/:id/farewells', async (c) => {
      const conversationId = checked(conversationIdSchema, c.req.param('id'), 'conversationId');
      const people = await readJson(c, visit);
      return c.json(await speaker.speak({ conversationId, ...people, occasion: 'farewell', moment: { what: 'left' } }), 201);
    });
}
