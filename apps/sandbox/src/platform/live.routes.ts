import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { conversationIdSchema } from '@mood/contract/messaging-ids';
import { Hono } from 'hono';
import { z } from 'zod';
import type { IdempotentStore } from './idempotent-store.ts';
import type { Message } from './messages.ts';
import type { Moments } from './moments.ts';
import type { ChangingList, ConversationSnapshot, News, NewsDesk } from './news-desk.ts';
import type { PlatformEnv } from './platform-env.ts';
import { readQuery } from './request-input.ts';

const liveQuery = z.object({ conversationId: conversationIdSchema.optional() });
const shownMessages = 200;
/** Proxies and browsers keep a connection open on which something is said. */
const heartbeatMs = 15_000;
/** A list that changes all the time is fetched four times a second at most. */
const gatherMs = 250;
/** A page that reads more slowly than this is cut off, and connects again. */
const maxUnreadBytes = 1_000_000;

export interface LiveDeps {
  desk: NewsDesk;
  messages: IdempotentStore<Message>;
  moments: Moments;
  stopping: AbortSignal;
}

/** What happens, as it happens: in one conversation, and which lists of the platform have changed. */
export function liveRoutes({ desk, messages, moments, stopping }: LiveDeps) {
  const snapshotOf = (conversationId: string): ConversationSnapshot => ({
    messages: messages.under(conversationId).slice(-shownMessages),
    moments: moments.under(conversationId).slice(-shownMessages),
    report: moments.reportOf(conversationId) ?? null,
  });

  return new Hono<PlatformEnv>().get('/sandbox/live', (c) => {
    const { conversationId } = readQuery(c, liveQuery);
    const { outgoing } = c.env;
    outgoing.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    const stream = openStream(outgoing, stopping);
    const gather = createGatherer((lists) => stream.send('changed', { lists }));
    const tell = (news: News) => {
      switch (news.kind) {
        case 'message':
          if (news.conversationId === conversationId) stream.send('message', news.message);
          return;
        case 'moment':
          if (news.conversationId === conversationId) stream.send('moment', news.moment);
          return;
        case 'report':
          if (news.conversationId === conversationId) stream.send('report', news.report);
          return;
        case 'changed':
          return gather.add(news.list);
        case 'reset':
          for (const list of ['events', 'notifications', 'faults'] as const) gather.add(list);
          if (conversationId !== undefined) stream.send('conversation', snapshotOf(conversationId));
      }
    };
    const leave = desk.listen(tell);
    stream.onEnd(() => {
      leave();
      gather.stop();
    });
    if (conversationId !== undefined) stream.send('conversation', snapshotOf(conversationId));
    return RESPONSE_ALREADY_SENT;
  });
}

/** Server-sent events on a connection, until the client goes or the sandbox stops. */
function openStream(outgoing: ServerResponse, stopping: AbortSignal) {
  const write = (text: string) => {
    outgoing.write(text);
    if (outgoing.writableLength > maxUnreadBytes) outgoing.destroy();
  };
  const heartbeat = setInterval(() => write(':\n\n'), heartbeatMs);
  const end = () => outgoing.end();
  stopping.addEventListener('abort', end);
  outgoing.once('close', () => {
    clearInterval(heartbeat);
    stopping.removeEventListener('abort', end);
  });
  // Headers reach the client, which so learns that it is connected.
  write('retry: 1000\n\n');
  return {
    send: (event: string, data: unknown) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    onEnd: (ended: () => void) => void outgoing.once('close', ended),
  };
}

/** Tells of the first change at once, and of those that follow closely together. */
function createGatherer(tell: (lists: ChangingList[]) => void) {
  const waiting = new Set<ChangingList>();
  let timer: NodeJS.Timeout | undefined;
  function flush(): void {
    timer = undefined;
    if (waiting.size === 0) return;
    tell([...waiting]);
    waiting.clear();
    timer = setTimeout(flush, gatherMs);
  }
  return {
    add(list: ChangingList) {
      waiting.add(list);
      if (timer === undefined) flush();
    },
    stop: () => clearTimeout(timer),
  };
}
