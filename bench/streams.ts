import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { inBatches } from '@mood/testing/in-batches';
import type { BenchOptions } from './support/bench.ts';
import { applyLoad } from './support/load.ts';
import { startBenchSystem } from './support/system.ts';
import type { BenchSystem } from './support/system.ts';
import { median } from './support/rounds.ts';
import type { Figure, Report } from './support/report.ts';

const streams = 2_000;
const perUser = 5;
/** Watched by each stream, besides the one that all of them watch. */
const others = 9;
const pushes = 10;
const updating = 2_000;
const connections = 16;
/** Between opening streams and looking at memory, in milliseconds. */
const settleMs = 3_000;

interface Audience {
  /** Waits until every stream has been told of this version of the model that all watch. */
  untilAllKnow(version: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens streams, on sockets: a client of HTTP for each would take the processor that is measured. */
async function openAudience(url: string, tokens: readonly string[], star: string, models: readonly string[]): Promise<Audience> {
  const { hostname, port } = new URL(url);
  const sockets: Socket[] = [];
  let wanted = Infinity;
  let knowing = 0;
  let allKnow = Promise.withResolvers<void>();
  async function open(index: number): Promise<void> {
    const ids = [star, ...Array.from({ length: others }, (_, nth) => models[(index * others + nth) % models.length] ?? star)];
    const socket = connect(Number(port), hostname).setEncoding('latin1').setNoDelay(true);
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(
      `GET /api/v1/moods/stream?modelIds=${ids.join()} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${tokens[index % tokens.length]}\r\n\r\n`,
    );
    const begun = Promise.withResolvers<void>();
    let tail = '';
    socket.on('data', (chunk: string) => {
      tail += chunk;
      if (tail.includes('event: snapshot')) begun.resolve();
      if (tail.startsWith('HTTP/1.1 4') || tail.startsWith('HTTP/1.1 5')) begun.reject(new Error(tail.slice(0, 300)));
      for (const [, modelId, version] of tail.matchAll(/event: mood\ndata: \{"modelId":"([^"]+)"[^\n]*"version":(\d+)\}/g)) {
        if (modelId !== star || Number(version) !== wanted) continue;
        knowing += 1;
        if (knowing === streams) allKnow.resolve();
      }
      const end = tail.lastIndexOf('\n\n');
      if (end >= 0) tail = tail.slice(end + 2);
    });
    await begun.promise;
  }
  await inBatches(
    Array.from({ length: streams }, (_, index) => index),
    100,
    open,
  );
  return {
    untilAllKnow(version) {
      [wanted, knowing, allKnow] = [version, 0, Promise.withResolvers<void>()];
      return allKnow.promise;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await pause(500);
    },
  };
}

const changed = (turn: number) =>
  JSON.stringify({ moodState: (['positive', 'negative', 'neutral'] as const)[turn % 3], customMessage: `Change ${turn}` });

async function change(url: string, token: string, turn: number): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/v1/mood/update`, { method: 'POST', headers, body: changed(turn) });
  // Read in any case: an answer that is left unread holds its connection.
  const body = await answer.text();
  if (answer.status !== 200) throw new Error(`an update answered ${answer.status}: ${body}`);
}

/** @returns milliseconds from the request of each change until all streams were told of it. */
async function pushToAll(system: BenchSystem, audience: Audience, token: string): Promise<number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < pushes; turn += 1) {
    // The model has been changed once.
    const all = audience.untilAllKnow(turn + 2);
    const began = performance.now();
    await change(system.apiUrl, token, turn);
    await all;
    times.push(performance.now() - began);
    await pause(100);
  }
  return times;
}

/** What streams of moods take, how long a change takes to reach 2,000 of them, and what is left for updates beside them. */
export async function benchStreams({ say, seconds, rounds, execArgv }: BenchOptions): Promise<Report> {
  say(`starting a system and seeding ${(updating * 2 + 1).toLocaleString('en-US')} models`);
  const system = await startBenchSystem({ models: updating * 2 + 1, redis: true, execArgv });
  try {
    await system.startWorker();
    const [star = '', ...rest] = system.models;
    // Half of those that are watched change.
    const models = rest.slice(0, updating);
    say('asking for tokens');
    const tokens = await inBatches(models, 50, (model) => system.platform.token('model', model, { expiresIn: 3_600 }));
    const users = Array.from({ length: streams / perUser }, () => randomUUID());
    const userTokens = await inBatches(users, 50, (user) => system.platform.token('user', user, { expiresIn: 3_600 }));
    let turn = 0;
    const next = () => {
      turn += 1;
      const headers = { authorization: `Bearer ${tokens[turn % tokens.length] ?? ''}`, 'content-type': 'application/json' };
      return { method: 'POST' as const, path: '/api/v1/mood/update', headers, body: changed(turn) };
    };
    const updates = () => applyLoad({ url: system.apiUrl, connections, seconds, next });
    say('changing every mood once, and warming up');
    const starToken = await system.platform.token('model', star, { expiresIn: 3_600 });
    // A seeded mood and the first change of it have the same version: streams would not be told of that one.
    await inBatches([starToken, ...tokens], connections, (token, index) => change(system.apiUrl, token, index));
    await updates();
    const ratios: number[] = [];
    let [perStream, push]: [number, number[]] = [NaN, []];
    for (let round = 1; round <= rounds; round += 1) {
      const without = await updates();
      const before = system.api.memory();
      const audience = await openAudience(system.apiUrl, userTokens, star, rest);
      await pause(settleMs);
      if (round === 1) {
        perStream = (system.api.memory() - before) / streams;
        push = await pushToAll(system, audience, starToken);
      }
      const beside = await updates();
      await audience.close();
      ratios.push(beside.perSecond / without.perSecond);
      say(`round ${round} of ${rounds}: ${Math.round(without.perSecond)} updates/s without streams, ${Math.round(beside.perSecond)} with`);
    }
    return {
      rows: [],
      figures: [
        figure(`memory (RSS) of a stream of ${others + 1} models`, `${(perStream / 1_000).toFixed(1)} kB`, '≤ 20 kB'),
        figure(
          `a change until all ${streams.toLocaleString('en-US')} are told, median, longest`,
          `${median(push).toFixed(0)} ms, ${Math.max(...push).toFixed(0)} ms`,
          '≤ 500 ms',
        ),
        figure(`updates/s with ${streams.toLocaleString('en-US')} streams, of those without`, median(ratios).toFixed(2), '≥ 0.9'),
      ],
    };
  } finally {
    await system.stop();
  }
}

const figure = (what: string, value: string, goal: string): Figure => ({ bench: 'streams', what, value, goal });
