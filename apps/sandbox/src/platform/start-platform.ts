import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createMoodClient, createReporter } from '@mood/client';
import { answersByUs, createLogger, explainListening, isBlockedPort, serveInTurn } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import type { AutoReplyProducer } from '@mood/client/queue';
import { createPlatform } from './create-platform.ts';
import { createDirectory } from './directory.ts';
import type { OpenidClient } from './openid.routes.ts';
import { createPlatformFile } from './platform-file.ts';
import { createSigningKey, openSigningKey } from './signing-key.ts';
import { createServiceToken } from './service-token.ts';
import { createTokens } from './tokens.ts';

/** How long running calls may take to finish at a stop. */
const finishMilliseconds = 2_000;

export interface PlatformOptions {
  /** 0 takes a free port. */
  port: number;
  host?: string | undefined;
  /** `iss` of every token. Default: the platform's own URL. */
  issuer?: string | undefined;
  /** Where browsers find the platform, when that is elsewhere than where the mood system finds it. */
  publicUrl?: string | undefined;
  /** The client that may have people signed in, as the mood system names itself. Absent: any that says so, without a secret. */
  client?: OpenidClient | undefined;
  /** `aud` of every token. */
  audience?: string | undefined;
  /** Absent: the routes that play a conversation answer 503. Whoever created it closes it, after `stop`. */
  producer?: AutoReplyProducer | undefined;
  /** The API of the mood system. Absent: greetings, farewells and tips cannot be played, nor messages be reported over REST. */
  moodApiUrl?: string | undefined;
  /** The same as browsers reach it. Default: `moodApiUrl`. */
  publicApiUrl?: string | undefined;
  /** Keeps people, revocations and the signing key between starts. Absent: each start begins anew. */
  dataFile?: string | undefined;
  /** Default: silent. */
  logger?: Logger;
  /** Decides which calls a partial fault hits. */
  random?: () => number;
}

export interface RunningPlatform {
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** Serves the stand-in platform over HTTP. Resolves when it accepts calls; rejects when the port is taken. */
export async function startPlatform(options: PlatformOptions): Promise<RunningPlatform> {
  const { host = '127.0.0.1', audience = 'mood-messaging', producer, moodApiUrl, dataFile, random } = options;
  const logger = options.logger ?? createLogger({ name: 'sandbox', level: 'silent' });

  const file = dataFile === undefined ? undefined : createPlatformFile(dataFile, logger);
  const kept = await file?.load();
  const signingKey = kept === undefined ? await createSigningKey() : await openSigningKey(kept.signingKey);
  const directory = createDirectory(kept);
  const revokedTokens = kept?.revokedTokens ?? [];
  // Saved before the first call: a token must not outlive the only copy of its key, and an unwritable path must fail the start.
  await file?.save(() => ({ signingKey: signingKey.kept, ...directory.people(), revokedTokens }));

  const server = createServer(answersByUs);
  await listen(server, options.port, host);
  const port = portOf(server);
  const url = `http://${host}:${port}`;

  const issuer = options.issuer ?? url;
  const tokens = createTokens({
    issuer,
    audience,
    signingKey,
    revoked: revokedTokens,
  });
  const keep = async () =>
    file?.save(() => ({
      signingKey: signingKey.kept,
      ...directory.people(),
      revokedTokens: tokens.revoked(),
    }));
  const reporter =
    moodApiUrl === undefined
      ? undefined
      : createReporter({
          baseUrl: moodApiUrl,
          token: createServiceToken(tokens, 'auto-replies:write'),
          onLost: ({ call, reason, error }) => logger.warn({ call, reason, err: error }, 'a report did not reach the mood API'),
        });
  const platform = createPlatform({
    signingKey,
    tokens,
    directory,
    issuer,
    publicUrl: options.publicUrl,
    client: options.client,
    producer,
    moodClient:
      moodApiUrl === undefined
        ? undefined
        : createMoodClient({
            baseUrl: moodApiUrl,
            token: createServiceToken(tokens, 'mood:render'),
            onFallback: ({ call, reason, error }) =>
              logger.warn({ call, reason, err: error }, 'the mood API did not answer: a neutral answer takes its place'),
          }),
    reporter,
    publicApiUrl: options.publicApiUrl ?? moodApiUrl,
    keep,
    logger,
    ...(random && { random }),
  });
  // Paths are not checked for normal form: ids in them may hold anything that is escaped.
  const methods = ['GET', 'HEAD', 'POST', 'PUT'];
  serveInTurn(server, getRequestListener(platform.app.fetch, { autoCleanupIncoming: false }), {
    headers: () => [],
    checkTargets: false,
    methods,
    logger,
  });
  logger.info({ url, people: directory.people().performers.length + directory.people().users.length }, 'sandbox platform is listening');

  async function stopAll(): Promise<void> {
    await Promise.all([closeServer(server), reporter?.close(0)]);
  }
  let stopped: Promise<void> | undefined;
  return {
    url,
    port,
    stop() {
      platform.stop();
      stopped ??= stopAll();
      return stopped;
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  // People open its pages, and the mood system calls it by fetch.
  if (port !== 0 && (await isBlockedPort(port)))
    throw new Error(`Port ${port} is one that browsers refuse to call. Set SANDBOX_PORT to another one.`);
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw explainListening(error, { port, host, variable: 'SANDBOX_PORT' });
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), finishMilliseconds);
  await closed;
  clearTimeout(force);
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('The server has no TCP port');
  return address.port;
}
