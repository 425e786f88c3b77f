import { setTimeout as pause } from 'node:timers/promises';
import { keepAlive, sessionSetup } from '@mood/postgres';
import { createLoop } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';
import { Client } from 'pg';

export interface ListenerOptions {
  /** Of the service, in the log. */
  name: string;
  /** What NOTIFY names. */
  channel: string;
  databaseUrl: string;
  connectTimeoutMs: number;
  applicationName: string;
  logger: Logger;
  onHeard: (payload: string) => void;
  /** Called once it listens, at the start and after each lost connection: what was told before has not been heard. */
  onGap: () => void;
}

export interface Listener extends Service {
  /** Whether it listens now, as far as it can know. */
  isListening(): boolean;
}

/** How often the connection is tried: a host that has vanished says nothing. */
const askEveryMs = 5_000;
const answerLimitMs = 2_000;

/** Hears what is told by NOTIFY, by one connection of its own, which is made anew whenever it is lost. */
export function createListener(options: ListenerOptions): Listener {
  const setUp = sessionSetup({ search_path: 'public' });
  let isListening = false;
  const loop = createLoop({
    name: options.name,
    idleMs: 0,
    logger: options.logger,
    async round(stopped) {
      const lost = new AbortController();
      const client = new Client({
        connectionString: options.databaseUrl,
        connectionTimeoutMillis: options.connectTimeoutMs,
        query_timeout: answerLimitMs,
        application_name: options.applicationName,
        ...keepAlive,
      });
      for (const event of ['error', 'end'] as const)
        client.on(event, () => {
          isListening = false;
          lost.abort();
        });
      client.on('notification', ({ payload = '' }) => options.onHeard(payload));
      try {
        await client.connect();
        await setUp(client);
        await client.query(`LISTEN ${options.channel}`);
        isListening = true;
        options.onGap();
        const signal = AbortSignal.any([stopped, lost.signal]);
        while (!signal.aborted) {
          await pause(askEveryMs, undefined, { signal }).catch(() => {});
          if (!signal.aborted) await client.query('SELECT 1');
        }
        if (!stopped.aborted) throw new Error('the connection that listens for changes was lost');
        return 'idle';
      } finally {
        isListening = false;
        await client.end().catch(() => {});
      }
    },
  });
  return { ...loop, isListening: () => isListening };
}
