import { moodStreamQuerySchema } from '@mood/contract/live-moods';
import type { moodSnapshotSchema } from '@mood/contract/live-moods';
import { createRoute } from '@hono/zod-openapi';
import type { Mood } from '@mood/domain';
import { z } from 'zod';
import { everyone, openTo } from '../auth/access.ts';
import { commonErrors, degradedHeader, errorAnswers } from '../http/contract.ts';
import { toVersionedMoodBody } from '../moods/moods.contract.ts';

/** The events of the stream, for the document: a stream of them has no schema of its own in OpenAPI. */
const streamEvents = z.string().meta({
  description: 'Server-sent events. `data` of `snapshot` has `moods`, `notFound` and `now`, of `mood` a mood with its `version`.',
  example: 'event: mood\ndata: {"modelId":"a0000000-0000-4000-8000-000000000001","moodState":"positive","version":12}\n\n',
});

export const streamMoodsRoute = createRoute({
  method: 'get',
  path: '/moods/stream',
  operationId: 'streamMoods',
  tags: ['Moods'],
  summary: 'Watch the moods of a page of models',
  description: [
    'Server-sent events for up to 200 models. The first is `snapshot`: the moods as they are, IDs that no performer has, and the time here. Then comes one `mood` for each change, with `version` and `expiresAt`; of one model never an older one after a newer.',
    'Nothing is repeated after a gap: open the stream again, and its snapshot tells what you missed. A comment line every 15 seconds shows that it lives. A mood that ends is neutral from `expiresAt` on by the time of the snapshot, without an event; the reset that is written then comes as one.',
    'A stream ends after an hour, when its session ends, when the client reads too slowly, and when the server stops; `retry` says after how many milliseconds to come again. At most 5 of a caller. Each ID counts as one request in the limit of requests per minute.',
  ].join('\n\n'),
  ...openTo(everyone),
  request: { query: moodStreamQuerySchema },
  responses: {
    200: {
      description: 'The events, until either side closes the connection.',
      headers: degradedHeader,
      content: { 'text/event-stream': { schema: streamEvents } },
    },
    ...errorAnswers.badRequest,
    ...commonErrors,
  },
});

/** What is written to a stream when a mood has changed. */
export const toMoodEvent = (mood: Mood): string => `event: mood\ndata: ${JSON.stringify(toVersionedMoodBody(mood))}\n\n`;

export const toSnapshot = (moods: readonly Mood[], notFound: string[], now: Date): z.input<typeof moodSnapshotSchema> => ({
  moods: moods.map(toVersionedMoodBody),
  notFound,
  now: now.toISOString(),
});
