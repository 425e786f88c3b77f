import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { DependencyUnavailable, fewAtATime } from '@mood/domain';
import type { Mood } from '@mood/domain';
import type { Service } from '@mood/runtime';
import type { Principal } from '../auth/principal.ts';
import { createEventStream } from './event-stream.ts';
import type { EventStream, StreamEnd } from './event-stream.ts';
import { countOpenStreams } from './stream-limits.ts';
import type { StreamLimits } from './stream-limits.ts';
import { createWatchedMoods } from './watched-moods.ts';
import type { WatchedMoods, WatchedMoodsOptions, Watcher } from './watched-moods.ts';

export interface MoodStreamsOptions extends WatchedMoodsOptions {
  limits: StreamLimits;
  /** Seconds between two signs of life on a stream, two questions about its session, and two comparisons of versions. */
  beatSeconds: number;
  /** Seconds that a stream lives at most. */
  maxSeconds: number;
  onEnd: (why: StreamEnd) => void;
  onRefused: (why: 'principal' | 'process') => void;
}

/** What a stream is opened for. */
export interface StreamRequest {
  principal: Principal;
  modelIds: readonly string[];
  response: ServerResponse;
  /** Asks whether the session is still good. @throws when it is not. */
  checkSession: () => Promise<unknown>;
  /**
   * The first text of the stream, and the moods that it shows. Called when the stream watches already, so that no change is missed.
   * @throws what the request is then answered with.
   */
  begin: () => Promise<{ text: string; shown: readonly Mood[] }>;
}

/** The streams of moods of this process. */
export interface MoodStreams extends Pick<WatchedMoods, 'newest' | 'learn' | 'hear' | 'compare'>, Service {
  readonly open: number;
  /** @throws as `begin`; TooManyRequests, DependencyUnavailable above a limit, or when the process stops. */
  openStream(request: StreamRequest): Promise<void>;
}

interface OpenStream {
  events: EventStream;
  endsAt: number;
  checkSession: () => Promise<unknown>;
}

/** What all streams together may hold unread. Above it those that read least are dropped. */
const maxUnreadInAll = 33_554_432;
/** Questions about sessions at a time. The auth service answers requests besides. */
const sessionsAtATime = 16;
const secondMs = 1_000;
/** How long clients have to take the last bytes when the process stops. */
const lastBytesMs = 1_000;

/** Milliseconds after which a client is to come again: not all at once. */
const soon = () => 500 + Math.random() * 4_500;

export function createMoodStreams(options: MoodStreamsOptions): MoodStreams {
  const { beatSeconds, maxSeconds } = options;
  const watched = createWatchedMoods(options);
  const places = countOpenStreams(options.limits, options.onRefused);
  const all = new Set<OpenStream>();
  /** A beat takes its streams in turns, a share each second. */
  const turns = Array.from({ length: beatSeconds }, () => new Set<OpenStream>());
  let [nextTurn, now] = [0, 0];
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  function add(stream: OpenStream): () => void {
    const turn = turns[nextTurn++ % turns.length];
    turn?.add(stream);
    all.add(stream);
    return () => {
      turn?.delete(stream);
      all.delete(stream);
    };
  }

  async function beat({ events, endsAt, checkSession }: OpenStream): Promise<void> {
    if (performance.now() >= endsAt) return events.end('too_long', soon());
    events.send(':\n\n');
    try {
      await checkSession();
    } catch {
      events.end('session_over', soon());
    }
  }

  function dropSlowest(): void {
    let unread = 0;
    for (const { events } of all) unread += events.unreadBytes;
    if (unread <= maxUnreadInAll) return;
    for (const { events } of [...all].toSorted((a, b) => b.events.unreadBytes - a.events.unreadBytes)) {
      if (unread <= maxUnreadInAll) return;
      unread -= events.unreadBytes;
      events.drop('too_slow');
    }
  }

  function tick(): void {
    now += 1;
    dropSlowest();
    void fewAtATime([...(turns[now % turns.length] ?? [])], sessionsAtATime, beat);
    if (now % beatSeconds === 0) void watched.compare();
  }

  return {
    name: 'mood streams',
    get open() {
      return places.size;
    },
    newest: (mood) => watched.newest(mood),
    learn: (moods) => watched.learn(moods),
    hear: (news) => watched.hear(news),
    compare: () => watched.compare(),

    async openStream({ principal, modelIds, response, checkSession, begin }) {
      if (isStopped) throw new DependencyUnavailable('API process: it stops, and another one');
      const giveBack = places.take(principal, modelIds.length);
      /** What changed while the first text was made. */
      const early: Parameters<Watcher['show']>[] = [];
      let events: EventStream | undefined;
      const watcher: Watcher = {
        seesAll: (modelId) => principal.role === 'admin' || principal.subject === modelId,
        show: (mood, event) => void (events === undefined ? early.push([mood, event]) : events.send(event)),
      };
      const leave = () => {
        watched.unwatch(modelIds, watcher);
        giveBack();
      };
      watched.watch(modelIds, watcher);
      try {
        const { text, shown } = await begin();
        // The client left, or the process stops.
        if (response.destroyed || isStopped) {
          leave();
          response.destroy();
          return;
        }
        const stream = { endsAt: performance.now() + maxSeconds * secondMs * (0.9 + Math.random() / 10), checkSession };
        let remove = () => {};
        events = createEventStream(response, (why) => {
          remove();
          leave();
          options.onEnd(why);
        });
        remove = add({ ...stream, events });
        events.begin(`retry: ${Math.round(soon())}\n\n${text}`);
        const versions = new Map(shown.map(({ modelId, version }) => [modelId, version]));
        for (const [mood, event] of early) if (mood.version >= (versions.get(mood.modelId) ?? 0)) events.send(event);
        watched.remember(shown);
      } catch (error) {
        leave();
        throw error;
      }
    },

    async start() {
      timer ??= setInterval(tick, secondMs).unref();
    },
    async stop() {
      isStopped = true;
      clearInterval(timer);
      for (const { events } of all) events.end('shutdown', soon());
      // Who does not take the last bytes must not hold up the stop.
      for (const began = performance.now(); all.size > 0 && performance.now() - began < lastBytesMs;) await pause(10);
      for (const { events } of all) events.drop('shutdown');
    },
  };
}
