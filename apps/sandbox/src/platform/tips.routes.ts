import { idSchema } from '@mood/contract/fields';
import { conversationIdSchema } from '@mood/contract/messaging-ids';
import { Hono } from 'hono';
import { z } from 'zod';
import type { PlatformEnv } from './platform-env.ts';
import { checked, readJson } from './request-input.ts';
import type { Speaker } from './speaker.ts';

const tip = z.strictObject({
  userId: idSchema,
  modelId: idSchema,
  amount: z.number().positive().max(1_000_000),
  currency: z.string().min(1).max(8).default('$'),
});

/** Plays a tip: the conversation gets the thanks, in the model's name. */
export function tipRoutes({ speaker }: { speaker: Speaker }) {
  return new Hono<PlatformEnv>().post('/sandbox/conversations/:id/tips', async (c) => {
    const conversationId = checked(conversationIdSchema, c.req.param('id'), 'conversationId');
    const { userId, modelId, amount, currency } = await readJson(c, tip);
    const moment = { what: 'tipped', amount, currency } as const;
    return c.json(await speaker.speak({ conversationId, userId, modelId, occasion: 'tip_thank_you', moment }), 201);
  });
}
