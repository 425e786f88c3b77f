import { setMaxListeners } from 'node:events';
import type { MoodClient, Reporter } from '@mood/client';
import type { Logger } from '@mood/runtime';
import { Hono } from 'hono';
import { analyticsRoutes, createEventStore } from './analytics.routes.ts';
import { authRoutes } from './auth.routes.ts';
import type { AutoReplyProducer } from '@mood/client/queue';
import { createCallGate, createHealthCheck } from './call-gate.ts';
import { chatFileRoutes } from './chat-files.routes.ts';
import { createCallRecord } from './call-record.ts';
import { conversationRoutes } from './conversations.routes.ts';
import { directoryRoutes } from './directory.routes.ts';
import type { Directory } from './directory.ts';
import { faultRoutes } from './faults.routes.ts';
import { createFaults } from './faults.ts';
import { limitBody } from './limit-body.ts';
import { messageRoutes } from './messages.routes.ts';
import { liveRoutes } from './live.routes.ts';
import { createMessageStore, createNotificationStore } from './messages.ts';
import { createMoments } from './moments.ts';
import { createNewsDesk } from './news-desk.ts';
import { openidRoutes } from './openid.routes.ts';
import type { OpenidClient } from './openid.routes.ts';
import type { PlatformEnv } from './platform-env.ts';
import { Refusal } from './refusal.ts';
import { createReports } from './reports.ts';
import type { SigningKey } from './signing-key.ts';
import { createSpeaker } from './speaker.ts';
import { startPageRoutes } from './start-page.routes.ts';
import { tipRoutes } from './tips.routes.ts';
import type { Tokens } from './tokens.ts';
import { visitRoutes } from './visits.routes.ts';

const largestBodyBytes = 1_000_000;

export interface PlatformDeps {
  signingKey: SigningKey;
  tokens: Tokens;
  directory: Directory;
  /** `iss` of every token. */
  issuer: string;
  /** Where browsers find the platform. Absent: where it is called. */
  publicUrl?: string | undefined;
  /** The client that may have people signed in. Absent: any that says so. */
  client?: OpenidClient | undefined;
  /** Absent: the routes that play a conversation answer 503. Its owner closes it. */
  producer?: AutoReplyProducer | undefined;
  /** Absent: greetings, farewells and tips cannot be played. */
  moodClient?: MoodClient | undefined;
  /** Absent: messages cannot be reported over REST. Its owner closes it. */
  reporter?: Reporter | undefined;
  /** Where browsers reach the API of the mood system: the chat page shows its badges. */
  publicApiUrl?: string | undefined;
  /** Puts people and revocations where the next start finds them. */
  keep: () => Promise<void>;
  logger: Logger;
  /** Decides which calls a partial fault hits. */
  random?: () => number;
}

export interface Platform {
  app: Hono<PlatformEnv>;
  /** Lets go of the calls that a `timeout` fault holds. */
  stop(): void;
}

/** The stand-in platform's services as one app. To be served by @hono/node-server: some faults need the connection itself. */
export function createPlatform({
  signingKey,
  tokens,
  directory,
  issuer,
  publicUrl,
  client,
  producer,
  moodClient,
  reporter,
  publicApiUrl,
  keep,
  logger,
  random = Math.random,
}: PlatformDeps): Platform {
  const stopping = new AbortController();
  // One listener per held call: a thousand of them are no leak.
  setMaxListeners(0, stopping.signal);
  const desk = createNewsDesk();
  const moments = createMoments({
    onMoment: (moment) => desk.tell({ kind: 'moment', conversationId: moment.conversationId, moment }),
    onReport: (conversationId, report) => desk.tell({ kind: 'report', conversationId, report }),
  });
  const messages = createMessageStore((message) => {
    const { conversationId, senderType, occasion } = message;
    desk.tell({ kind: 'message', conversationId, message });
    // The automatic reply, or an answer of the model's own.
    if (senderType === 'model' && occasion === undefined) moments.answered(conversationId);
  });
  const notifications = createNotificationStore(() => desk.tell({ kind: 'changed', list: 'notifications' }));
  const events = createEventStore(() => desk.tell({ kind: 'changed', list: 'events' }));
  const speaker = createSpeaker({ directory, messages, moments, moodClient });
  const faults = createFaults(random);
  const record = createCallRecord();
  const gate = createCallGate({ faults, record, stopping: stopping.signal });

  const app = new Hono<PlatformEnv>();
  app.use(limitBody(largestBodyBytes));
  app.get('/health', createHealthCheck({ faults, stopping: stopping.signal }));
  app.get('/livez', (c) => c.json({ status: 'alive' }));
  app.route('/', authRoutes({ gate, tokens, signingKey, keep }));
  app.route('/', openidRoutes({ gate, tokens, directory, issuer, publicUrl, client, keep }));
  app.route('/', directoryRoutes({ gate, directory, keep, desk }));
  app.route('/', messageRoutes({ gate, messages, notifications }));
  app.route('/', conversationRoutes({ messages, reports: createReports({ producer, reporter, moments }) }));
  app.route('/', visitRoutes({ speaker }));
  app.route('/', tipRoutes({ speaker }));
  app.route('/', liveRoutes({ desk, messages, moments, stopping: stopping.signal }));
  app.route('/', analyticsRoutes({ gate, events }));
  app.route('/', faultRoutes({ faults, record, desk }));
  app.route('/', startPageRoutes({ directory, faults, publicApiUrl }));
  app.route('/', chatFileRoutes());
  app.post('/sandbox/reset', (c) => {
    for (const memory of [messages, moments, notifications, events, faults, record]) memory.clear();
    desk.tell({ kind: 'reset' });
    return c.json({ status: 'ok' });
  });
  app.notFound((c) => c.json({ error: 'NOT_FOUND', message: `There is no ${c.req.method} ${c.req.path}` }, 404));
  app.onError((error, c) => {
    if (error instanceof Refusal) {
      if (error.cause !== undefined) logger.warn({ err: error.cause, code: error.code }, error.message);
      return c.json({ error: error.code, message: error.message }, error.status);
    }
    logger.error({ err: error, route: c.req.routePath }, 'request failed');
    return c.json({ error: 'SYSTEM_ERROR', message: 'The sandbox failed on this request; its log says why' }, 500);
  });

  return { app, stop: () => stopping.abort() };
}
