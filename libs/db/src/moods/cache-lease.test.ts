import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { describe, expect } from '@jest/globals';
import type { CacheLease, CacheState } from '@mood/domain';
import { createLogger } from '@mood/runtime';
import { until } from '@mood/testing/eventually';
import { sideBySide } from '@mood/testing/side-by-side';
import type { Statement } from '../database.ts';
import { cacheLeaseFrom } from './cache-lease.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const open = (closures: number): CacheState => ({ closures, epoch: `epoch ${closures}`, servers: 'ours' });
const closed = (closures: number): CacheState => ({ closures, epoch: null, servers: null });
/** For which a process may believe what it found. */
const leaseMs = 1_000;
/** A timer may end that much before its time. */
const timerSlackMs = 2;
const test = sideBySide();

/** The register of a database, and when it was asked for what. */
class Register {
  state: CacheState;
  mayOpen: boolean;
  answersAfterMs = 0;
  isAway = false;
  readonly asked = new Map<string, number>();
  readonly answered = new Map<string, number>();

  constructor(state: CacheState, mayOpen = false) {
    [this.state, this.mayOpen] = [state, mayOpen];
  }

  readonly query = async <Row extends object>({ name }: Statement): Promise<Row[]> => {
    if (!this.asked.has(name)) this.asked.set(name, performance.now());
    // Where it stood when it was asked.
    const seen = { ...this.state, mayOpen: this.mayOpen };
    if (this.answersAfterMs > 0) await pause(this.answersAfterMs);
    if (this.isAway) throw new Error('the database is away');
    if (name === 'close-cache') this.state = closed(this.state.closures + 1);
    if (!this.answered.has(name)) this.answered.set(name, performance.now());
    const row = name === 'see-cache' ? seen : name === 'close-cache' ? this.state : { opened: true };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the row of the statement that was asked for
    return [row] as unknown as Row[];
  };
}

/** @param use what is done with the lease of a process that reaches the servers `ours`. */
async function withLease(register: Register, use: (lease: CacheLease, prepared: string[]) => Promise<void>): Promise<void> {
  const prepared: string[] = [];
  const lease = cacheLeaseFrom(register, { logger })({
    servers: () => 'ours',
    prepare: async (epoch) => void prepared.push(epoch),
  });
  await lease.start();
  try {
    await use(lease, prepared);
  } finally {
    await lease.stop();
  }
}

const since = (times: ReadonlyMap<string, number>, name: string) => performance.now() - (times.get(name) ?? NaN);

describe('a lease', () => {
  test('is for a second from when the look at the register began, however long that took', async () => {
    const register = new Register(open(0));
    register.answersAfterMs = 600;
    await withLease(register, async (lease) => {
      register.isAway = true;
      await pause(leaseMs + timerSlackMs - since(register.asked, 'see-cache'));
      expect(lease.current('ours')).toBeUndefined();
      expect(lease.lastKnown('ours')).toBe('epoch 0');
    });
  });

  test('is renewed again and again, and is none for other servers', async () => {
    const register = new Register(open(0));
    await withLease(register, async (lease) => {
      await pause(leaseMs);
      await until(() => lease.current('ours') === 'epoch 0');
      expect([lease.current('others'), lease.current(undefined)]).toEqual([undefined, undefined]);
    });
  });

  test('ends with what a statement found out in passing, and an older answer does not bring it back', async () => {
    const register = new Register(open(0));
    await withLease(register, async (lease) => {
      await until(() => lease.current('ours') === 'epoch 0');
      register.state = closed(1);
      lease.note(closed(1));
      expect([lease.current('ours'), lease.lastKnown('ours')]).toEqual([undefined, undefined]);
      lease.note(open(0));
      expect(lease.lastKnown('ours')).toBeUndefined();
    });
  });
});

describe('a cache that is closed', () => {
  test('is opened by who may, when every lease has run out, under an epoch of its own', async () => {
    const register = new Register(closed(4), true);
    await withLease(register, async (lease, prepared) => {
      await until(() => register.answered.has('open-cache'));
      const [seen = NaN, opened = NaN] = [register.answered.get('see-cache'), register.asked.get('open-cache')];
      expect(opened - seen).toBeGreaterThanOrEqual(leaseMs);
      expect(prepared[0]).toMatch(/^4-[0-9a-f]{8}$/);
      await until(() => lease.lastKnown('ours') === prepared.at(-1));
    });
  });

  test('is not opened by who may not', async () => {
    const register = new Register(closed(4));
    await withLease(register, async (_, prepared) => {
      await pause(1.5 * leaseMs);
      expect([register.asked.has('open-cache'), prepared]).toEqual([false, []]);
    });
  });
});

describe('who could not tell the cache of a change', () => {
  test('closes it, and waits until every lease has run out', async () => {
    const register = new Register(open(0));
    await withLease(register, async (lease) => {
      await until(() => lease.lastKnown('ours') !== undefined);
      await lease.outlast(open(0));
      expect(since(register.answered, 'close-cache')).toBeGreaterThanOrEqual(leaseMs - timerSlackMs);
      expect(lease.isDistrusted('epoch 0')).toBe(true);
    });
  });

  test('waits for what is left of that second when somebody else has closed it', async () => {
    const register = new Register(open(0));
    await withLease(register, async (lease) => {
      await until(() => lease.lastKnown('ours') !== undefined);
      register.state = closed(1);
      const noted = performance.now();
      lease.note(closed(1));
      await pause(leaseMs / 2);
      await lease.outlast(closed(1));
      expect(performance.now() - noted).toBeGreaterThanOrEqual(leaseMs - timerSlackMs);
      expect(register.asked.has('close-cache')).toBe(false);
    });
  });

  test('need not wait when it has been closed for longer, or was opened since', async () => {
    const register = new Register(closed(1));
    await withLease(register, async (lease) => {
      await pause(leaseMs + timerSlackMs);
      const isOverAtOnce = () => Promise.race([lease.outlast(closed(1)).then(() => true), nextTurn(false)]);
      expect(await isOverAtOnce()).toBe(true);
      register.state = { closures: 1, epoch: 'new', servers: 'ours' };
      lease.note(register.state);
      expect(await isOverAtOnce()).toBe(true);
    });
  });
});
