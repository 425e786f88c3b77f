import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { startQuietProcess } from '../support/quiet-process.ts';
import type { QuietProcess } from '../support/quiet-process.ts';
import type { Figure } from '../support/report.ts';
import { median } from '../support/rounds.ts';
import { takeJobs } from './queues.ts';
import { batchSize, createRelayMill } from './relay-mill.ts';
import type { RelayMill } from './relay-mill.ts';
import type { FilledDatabase, Leftovers, Side, Sides } from './sides.ts';
import { forBoth } from './sides.ts';

interface HeldOptions {
  say: (line: string) => void;
  seconds: number;
  rounds: number;
}

const figure = (what: string, value: string, goal: string): Figure => ({ bench: 'size', what, value, goal });
const perSecond = (rate: number) => `${Math.round(rate).toLocaleString('en-US')}/s`;

/** The relay, as fast as it goes. @returns promises a second of the time that claims and confirmations took. */
async function runMill(mill: RelayMill, seconds: number): Promise<{ rate: number; claimMs: number }> {
  const claims: number[] = [];
  let [busyMs, done] = [0, 0];
  for (const until = performance.now() + seconds * 1_000; performance.now() < until;) {
    await mill.add(batchSize);
    const { claimed, claimMs, confirmMs } = await mill.turn();
    claims.push(claimMs);
    done += claimed;
    busyMs += claimMs + confirmMs;
  }
  return { rate: (done * 1_000) / busyMs, claimMs: median(claims) };
}

async function walkFor(walker: QuietProcess, seconds: number): Promise<number> {
  const answer = await walker.ask({ seconds });
  if (typeof answer !== 'object' || answer === null || !('rows' in answer) || !('seconds' in answer))
    throw new Error('the walk did not say how far it came');
  return Number(answer.rows) / Number(answer.seconds);
}

/**
 * How fast the audit log is verified, and what that does to the relay of the same database: beside the relay while the other database's log is
 * verified, so that the processors have the same to do.
 */
export async function measureVerification(
  sides: Sides<FilledDatabase>,
  leftovers: Leftovers,
  { say, seconds, rounds }: HeldOptions,
): Promise<Figure[]> {
  const walkers = await forBoth(sides, async ({ database }) => {
    const walker = await startQuietProcess('bench/size/walk-log.ts', { DATABASE_URL: database.postgres.database.url });
    leftovers.push(() => walker.stop());
    return walker;
  });
  const rates: Sides<number[]> = { small: [], large: [] };
  for (let round = 1; round <= rounds; round += 1) {
    for (const side of ['small', 'large'] as const) rates[side].push(await walkFor(walkers[side], seconds));
    say(`audit:verify, round ${round}: ${perSecond(rates.small.at(-1) ?? NaN)}, ${perSecond(rates.large.at(-1) ?? NaN)}`);
  }
  const mill = createRelayMill(sides.large);
  const ratios: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const [elsewhere] = await Promise.all([runMill(mill, seconds), walkFor(walkers.small, seconds)]);
    const [here] = await Promise.all([runMill(mill, seconds), walkFor(walkers.large, seconds)]);
    ratios.push(here.rate / elsewhere.rate);
    say(
      `the relay, round ${round}: ${perSecond(elsewhere.rate)} beside another log's verification, ${perSecond(here.rate)} beside its own`,
    );
  }
  const [small, large] = [median(rates.small), median(rates.large)];
  return [
    figure('audit:verify, rows', `${perSecond(small)} → ${perSecond(large)}, × ${(large / small).toFixed(2)}`, '≥ × 0.77'),
    figure('the relay beside audit:verify, of beside that of another database', `× ${median(ratios).toFixed(2)}`, '≥ × 0.95'),
  ];
}

/** Of promises, while a snapshot is held: what the contract asks for at most, and jobs beside them. */
const pace = { promises: 500, jobs: 50 };
const roundMs = 100;

/**
 * Holds a snapshot, as a backup does, while promises come and go: nothing that they leave behind can be cleared away. Claims are compared with
 * those before, and at its end the relay's and the queue's greatest speed with those before.
 */
export async function measureSnapshot(
  side: Side,
  taker: QuietProcess,
  store: string,
  held: number,
  { say, seconds }: HeldOptions,
): Promise<Figure[]> {
  const mill = createRelayMill(side);
  const fast = async () => ({ ...(await runMill(mill, seconds)), jobsMs: await fewJobs(taker) });
  const paced = async (forSeconds: number, tell: boolean) => {
    const claims: number[] = [];
    const began = performance.now();
    let [added, done, taken] = [0, 0, 0];
    for (let at = began; at < began + forSeconds * 1_000; at += roundMs) {
      await pause(Math.max(0, at - performance.now()));
      const due = Math.floor(((at - began) / 1_000) * pace.promises) - added;
      if (due > 0) await mill.add(due);
      added += Math.max(0, due);
      const { claimed, claimMs } = await mill.turn();
      if (claimed > 0) claims.push(claimMs);
      done += claimed;
      if ((at - began) / 1_000 > (taken + 1) * seconds && (taken += 1) > 0) {
        await takeJobs(taker, Math.max(1, Math.round(pace.jobs * seconds)));
        if (tell)
          say(`snapshot held for ${Math.round((at - began) / 1_000)} of ${held} s: a claim takes ${(claims.at(-1) ?? NaN).toFixed(1)} ms`);
      }
    }
    return { claims, done, seconds: (performance.now() - began) / 1_000 };
  };
  say(`${store}: before the snapshot`);
  const free = await fast();
  const before = await paced(seconds, false);
  const holder = new Client({ connectionString: side.database.postgres.database.url });
  holder.on('error', () => {});
  await holder.connect();
  await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await holder.query('SELECT 1');
  const during = await paced(held, true);
  const atEnd = await fast();
  await holder.query('COMMIT');
  await holder.end();
  const claimBefore = median(before.claims);
  const claimAtEnd = median(during.claims.slice(-Math.ceil(during.claims.length / 10)));
  const what = `a snapshot held for ${held} s, ${store}`;
  const inMs = (ms: number) => ms.toFixed(1);
  return [
    figure(`${what}: promises kept, of ${pace.promises}/s`, `× ${(during.done / during.seconds / pace.promises).toFixed(2)}`, '≥ × 0.95'),
    figure(
      `${what}: a claim, before and in its last tenth`,
      `${inMs(claimBefore)} → ${inMs(claimAtEnd)} ms, × ${(claimAtEnd / claimBefore).toFixed(2)}`,
      '≤ × 2',
    ),
    figure(
      `${what}: the relay as fast as it goes, before and at its end`,
      `${perSecond(free.rate)} → ${perSecond(atEnd.rate)}, × ${(atEnd.rate / free.rate).toFixed(2)}`,
      '≥ × 0.95',
    ),
    figure(
      `${what}: jobs, before and at its end`,
      `${inMs(free.jobsMs)} → ${inMs(atEnd.jobsMs)} ms for ${fewJobsCount}, × ${(atEnd.jobsMs / free.jobsMs).toFixed(2)}`,
      '≤ × 2',
    ),
  ];
}

const fewJobsCount = 500;
async function fewJobs(taker: QuietProcess): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) times.push(await takeJobs(taker, fewJobsCount));
  return median(times);
}
