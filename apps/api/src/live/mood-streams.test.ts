import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { neverSetMood } from '@mood/domain';
import type { Mood } from '@mood/domain';
import { createLogger } from '@mood/runtime';
import { eventually } from '@mood/testing/eventually';
import { openMoodStream } from '@mood/testing/mood-stream';
import { createMoodStreams } from './mood-streams.ts';
import type { MoodStreams, MoodStreamsOptions } from './mood-streams.ts';

const modelId = randomUUID();
const moodOf = (version: number, customMessage: string | null = null): Mood => ({
  ...neverSetMood(modelId, new Date()),
  moodState: 'positive',
  customMessage,
  version,
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Streams on a server of their own: what the table has is `stored`. @param begun waits between the first reading and the first text. */
async function setUp(given: Partial<MoodStreamsOptions> = {}, begun: () => Promise<void> = async () => {}) {
  const state = { stored: moodOf(1), showsMessages: true, session: async () => {}, late: 0, ended: [] as string[] };
  const streams: MoodStreams = createMoodStreams({
    moods: { findMany: async () => [state.stored] },
    versions: { findVersions: async () => [{ modelId, version: state.stored.version }] },
    flags: { isOn: () => state.showsMessages },
    clock: () => new Date(),
    logger: createLogger({ name: 'test', level: 'silent' }),
    eventOf: (mood) => `event: mood\ndata: ${JSON.stringify(mood)}\n\n`,
    limits: { perProcess: 10, perPrincipal: 5 },
    beatSeconds: 1,
    maxSeconds: 60,
    onLate: (changes) => void (state.late += changes),
    onEnd: (why) => void state.ended.push(why),
    onRefused: () => {},
    ...given,
  });
  const server = createServer((_request, response) => {
    const principal = { role: 'user' as const, subject: 'somebody', scopes: new Set<string>() };
    const checkSession = () => state.session();
    async function begin() {
      const shown = [state.stored];
      await begun();
      return { text: `event: snapshot\ndata: ${JSON.stringify({ moods: shown })}\n\n`, shown };
    }
    streams.openStream({ principal, modelIds: [modelId], response, checkSession, begin }).catch(() => response.writeHead(429).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await streams.start();
  closing.push(async () => {
    await streams.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { streams, state, open: () => openMoodStream(url, [modelId], 'token') };
}
const versionsOf = (stream: { events: readonly { event: string; data: { version: number } }[] }) =>
  stream.events.filter(({ event }) => event === 'mood').map(({ data }) => data.version);

describe('streams of moods', () => {
  test('tell no older mood after a newer one, and nothing twice', async () => {
    const { streams, open } = await setUp();
    const stream = await open();
    await eventually(
      async () => stream.events.length,
      (count) => count === 1,
    );
    for (const version of [3, 2, 3, 1, 5, 4]) streams.learn([moodOf(version)]);
    await stream.untilVersion(modelId, 5);
    expect(versionsOf(stream)).toEqual([5]);
    streams.learn([moodOf(6)]);
    await stream.untilVersion(modelId, 6);
    expect(versionsOf(stream)).toEqual([5, 6]);
  });

  test('tell what changed while the snapshot was made', async () => {
    const reading = Promise.withResolvers<void>();
    const { streams, state, open } = await setUp({}, () => reading.promise);
    const opening = open();
    await eventually(
      async () => streams.open,
      (count) => count === 1,
    );
    state.stored = moodOf(2);
    streams.learn([state.stored]);
    await new Promise(setImmediate);
    reading.resolve();
    const stream = await opening;
    await stream.untilVersion(modelId, 2);
    expect(stream.events.map(({ event }) => event)).toEqual(['snapshot', 'mood']);
  });

  test('find by comparing versions what nobody told, and show a message no more that users may not see', async () => {
    const { state, open } = await setUp();
    const stream = await open();
    await eventually(
      async () => stream.events.length,
      (count) => count === 1,
    );
    state.stored = moodOf(2, 'Hello');
    expect((await stream.untilVersion(modelId, 2)).data.customMessage).toBe('Hello');
    expect(state.late).toBe(1);
    state.showsMessages = false;
    await eventually(
      async () => stream.events.at(-1)?.data.customMessage,
      (message) => message === null,
    );
    expect(versionsOf(stream)).toEqual([2, 2]);
  });

  test('end after their time, and with their session, and say when to come again', async () => {
    const { state, open } = await setUp({ maxSeconds: 1 });
    const stream = await open();
    await stream.untilOver();
    expect([state.ended, stream.retryMs()]).toEqual([['too_long'], expect.any(Number)]);
    const longer = await setUp();
    const ending = await longer.open();
    longer.state.session = () => Promise.reject(new Error('the session has ended'));
    await ending.untilOver();
    expect(longer.state.ended).toEqual(['session_over']);
  });

  test('drop a client that does not read, and nobody else', async () => {
    const { streams, state, open } = await setUp();
    const [slow, reader] = [await open(), await open()];
    await eventually(
      async () => reader.events.length,
      (count) => count === 1,
    );
    slow.pause();
    for (let version = 2; state.ended.length === 0 && version < 400; version += 1) {
      streams.learn([moodOf(version, 'x'.repeat(100_000))]);
      await reader.untilVersion(modelId, version);
    }
    expect(state.ended).toEqual(['too_slow']);
    expect(streams.open).toBe(1);
  });

  test('are refused above the limits, and end with the process, also for who does not read', async () => {
    const { streams, state, open } = await setUp({ limits: { perProcess: 3, perPrincipal: 2 } });
    const two = [await open(), await open()];
    expect([two.map(({ status }) => status), (await open()).status]).toEqual([[200, 200], 429]);
    two[0]?.pause();
    await streams.stop();
    await two[1]?.untilOver();
    expect([state.ended, streams.open]).toEqual([['shutdown', 'shutdown'], 0]);
    expect((await open()).status).toBe(429);
  });
});
