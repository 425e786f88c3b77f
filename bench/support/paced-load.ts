import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'undici';
import { inBatches } from '@mood/testing/in-batches';
import { summarise } from './load.ts';
import type { Load, LoadResult } from './load.ts';

export interface PacedLoad extends Load {
  perSecond: number;
}

const openedAtATime = 200;
const answerLimitMs = 10_000;
/** None is closed for being idle. */
const keptOpenMs = 600_000;

/**
 * Sends requests at an even pace, whether or not the earlier ones are answered: what many clients do who know nothing of each other. All
 * connections are open the whole time, and take turns. How long an answer took counts from when its request was due.
 */
export async function applyPacedLoad({ url, connections, perSecond, seconds, next }: PacedLoad): Promise<LoadResult> {
  const limits = { headersTimeout: answerLimitMs, bodyTimeout: answerLimitMs };
  // One connection each.
  const clients = Array.from({ length: connections }, () => new Client(url, { ...limits, keepAliveTimeout: keptOpenMs }));

  function send(client: Client): Promise<boolean> {
    const { method = 'GET', path, headers = {}, body = null } = next();
    return new Promise((resolve) => {
      let status = 0;
      // Nobody reads the bodies: this is the way with the least work for them.
      client.dispatch(
        { method, path, headers, body },
        {
          onRequestStart() {},
          onResponseStart(_controller, statusCode) {
            status = statusCode;
          },
          onResponseData() {},
          onResponseEnd: () => resolve(status < 300),
          onResponseError: () => resolve(false),
        },
      );
    });
  }

  await inBatches(clients, openedAtATime, send);
  const times: number[] = [];
  let errors = 0;
  const under: Promise<void>[] = [];
  async function note(due: number, sent: Promise<boolean>): Promise<void> {
    if (await sent) times.push(performance.now() - due);
    else errors += 1;
  }
  const began = performance.now();
  for (let sent = 0; sent < perSecond * seconds;) {
    for (; sent < Math.min(perSecond * seconds, ((performance.now() - began) / 1_000) * perSecond); sent += 1) {
      const client = clients[sent % connections];
      if (client !== undefined) under.push(note(began + (sent * 1_000) / perSecond, send(client)));
    }
    await pause(1);
  }
  await Promise.all(under);
  const took = (performance.now() - began) / 1_000;
  await Promise.all(clients.map((client) => client.destroy()));
  return summarise(times, took, errors);
}
