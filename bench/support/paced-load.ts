import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { inBatches } from '../../tests/support/in-batches.ts';
import { summarise } from './load.ts';
import type { Load, LoadResult } from './load.ts';

export interface PacedLoad extends Load {
  perSecond: number;
}

const openedAtATime = 200;
const answerLimitMs = 10_000;

/**
 * Sends requests at an even pace, whether or not the earlier ones are answered: what many clients do who know nothing of each other. All
 * connections are open the whole time, and take turns. How long an answer took counts from when its request was due.
 */
export async function applyPacedLoad({ url, connections, perSecond, seconds, next }: PacedLoad): Promise<LoadResult> {
  const { hostname, port } = new URL(url);
  // With an agent each, none of them is closed for being idle and none is used twice in a row.
  const agents = Array.from({ length: connections }, () => new Agent({ keepAlive: true, maxSockets: 1 }));

  function send(turn: number): Promise<boolean> {
    const { method = 'GET', path, headers = {}, body } = next();
    return new Promise((resolve) => {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const call = request(
        { agent: agents[turn % connections], hostname, port, method, path, headers: { ...headers, ...length }, timeout: answerLimitMs },
        (answer) => {
          answer.resume();
          answer.once('end', () => resolve(answer.statusCode !== undefined && answer.statusCode < 300));
          answer.once('error', () => resolve(false));
        },
      );
      call.once('timeout', () => call.destroy());
      call.once('error', () => resolve(false));
      call.end(body);
    });
  }

  await inBatches(agents, openedAtATime, (_, turn) => send(turn));
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
      const due = began + (sent * 1_000) / perSecond;
      under.push(note(due, send(sent)));
    }
    await pause(1);
  }
  await Promise.all(under);
  const took = (performance.now() - began) / 1_000;
  for (const agent of agents) agent.destroy();
  return summarise(times, took, errors);
}
