import { stat } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { createCapturedLog } from '@mood/testing/captured-log';
import { createServiceGroup, endsWithin, TimeLimitExceeded, withinTime } from './lifecycle.ts';
import type { Service } from './lifecycle.ts';

/** Three services that write down what happens to them. */
function createThree(changes: Record<string, Partial<Service>> = {}) {
  const events: string[] = [];
  const services = ['database', 'queue', 'server'].map((name): Service => ({
    name,
    start: async () => void events.push(`start ${name}`),
    stop: async () => void events.push(`stop ${name}`),
    ...changes[name],
  }));
  const log = createCapturedLog();
  return { events, lines: log.lines, group: createServiceGroup(services, log.logger, 50) };
}

const failing = async () => {
  throw new Error('port is taken');
};

describe('a group of services', () => {
  test('starts in order, and stops in reverse order', async () => {
    const { group, events } = createThree();
    await group.start();
    expect(events).toEqual(['start database', 'start queue', 'start server']);
    await group.stop();
    expect(events.slice(3)).toEqual(['stop server', 'stop queue', 'stop database']);
  });

  test('starts one only when the one before has started', async () => {
    const release = Promise.withResolvers<void>();
    const { group, events } = createThree({ queue: { start: () => release.promise } });
    const starting = group.start();
    await new Promise((resolve) => setImmediate(resolve));
    expect(events).toEqual(['start database']);
    release.resolve();
    await starting;
    expect(events).toEqual(['start database', 'start server']);
  });

  test('stops what had started, and nothing else, when one fails to start', async () => {
    const { group, events } = createThree({ server: { start: failing } });
    await expect(group.start()).rejects.toThrow('port is taken');
    expect(events).toEqual(['start database', 'start queue', 'stop queue', 'stop database']);
  });

  test('stops once, however often it is told to', async () => {
    const { group, events } = createThree();
    await group.start();
    await Promise.all([group.stop(), group.stop()]);
    await group.stop();
    expect(events.filter((event) => event.startsWith('stop'))).toHaveLength(3);
  });

  test('stops the others when one fails to stop, and says which', async () => {
    const { group, events, lines } = createThree({ queue: { stop: failing } });
    await group.start();
    await group.stop();
    expect(events.slice(3)).toEqual(['stop server', 'stop database']);
    expect(lines).toMatchObject([{ level: 'error', service: 'queue', err: { message: 'port is taken' } }]);
  });

  test('gives up on one that does not stop in its time, and stops the others', async () => {
    const { group, events, lines } = createThree({ server: { stop: () => new Promise(() => {}) } });
    await group.start();
    await group.stop();
    expect(events.slice(3)).toEqual(['stop queue', 'stop database']);
    expect(lines).toMatchObject([{ level: 'warn', service: 'server', stopTimeoutMs: 50 }]);
  });
});

describe('waiting within a time', () => {
  test('gives the value of the work, or fails with the time', async () => {
    expect(await withinTime(60_000, Promise.resolve('value'))).toBe('value');
    await expect(withinTime(1, new Promise(() => {}))).rejects.toThrow(TimeLimitExceeded);
  });

  test('takes an answer that came in while the process stood still', async () => {
    // From here on the timers come next, and only then what has come in.
    await new Promise(setImmediate);
    const answer = withinTime(1, stat(import.meta.filename));
    const standsStillUntil = performance.now() + 50;
    while (performance.now() < standsStillUntil);
    expect((await answer).isFile()).toBe(true);
  });

  test('says whether the work ended', async () => {
    expect(await endsWithin(60_000, Promise.resolve())).toBe(true);
    expect(await endsWithin(1, new Promise(() => {}))).toBe(false);
  });

  test('passes on that the work failed', async () => {
    await expect(withinTime(60_000, failing())).rejects.toThrow('port is taken');
    await expect(endsWithin(60_000, failing())).rejects.toThrow('port is taken');
  });
});
