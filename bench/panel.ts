import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { launchChromium } from '@mood/testing/browser';
import type { Browser, BrowserContext } from '@mood/testing/browser';
import type { BenchOptions } from './support/bench.ts';
import { median } from './support/rounds.ts';
import type { Report } from './support/report.ts';
import { startBenchSystem } from './support/system.ts';

/** As slow as a phone of the middle range, against this machine. */
const slowdown = 4;
const goalMs = 1_500;
/** After the network is quiet, for what is drawn last, in milliseconds. */
const settleMs = 1_000;

const pages = [
  // Without a script: what the browser and the machine take anyway.
  ['words alone, the floor', 'Sophia', '/panel/sign-out'],
  ['a model’s mood', 'Sophia', '/panel/'],
  ['the overview', 'Robin (moderation)', '/panel/'],
  ['the list of templates', 'Robin (moderation)', '/panel/templates'],
] as const;

/** Keeps what the browser says of the largest thing that it has drawn. */
const observe = `new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) globalThis.largestMs = entry.startTime;
}).observe({ type: 'largest-contentful-paint', buffered: true });`;

async function signIn(browser: Browser, apiUrl: string, person: string): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  await context.addInitScript(observe);
  const page = await context.newPage();
  await page.goto(`${apiUrl}/panel/`);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: person }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  await page.close();
  return context;
}

/** @returns when the largest thing of the page was there, in milliseconds after it was asked for; nothing of it was in the browser's cache. */
async function largestPaint(context: BrowserContext, url: string): Promise<number> {
  const page = await context.newPage();
  try {
    const devtools = await context.newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    await devtools.send('Network.enable');
    await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
    await page.goto(url, { waitUntil: 'networkidle' });
    await page.locator('main h1').waitFor();
    await page.waitForTimeout(settleMs);
    return Number(await page.evaluate('globalThis.largestMs'));
  } finally {
    await page.close();
  }
}

/** When pages of the panel show what matters, in a browser whose processor is slowed down: as they ship, under their real policy. */
export async function benchPanel({ say, rounds, execArgv }: BenchOptions): Promise<Report> {
  await promisify(execFile)('npm', ['run', '--silent', 'panel:build']);
  const system = await startBenchSystem({ models: 1_000, redis: false, execArgv });
  const browser = await launchChromium();
  try {
    const times = new Map<string, number[]>(pages.map(([name]) => [name, []]));
    const contexts = new Map<string, BrowserContext>();
    for (const [, person] of pages) contexts.set(person, contexts.get(person) ?? (await signIn(browser, system.apiUrl, person)));
    for (let round = 0; round <= rounds; round++) {
      say(`panel: round ${round} of ${rounds}`);
      for (const [name, person, path] of pages) {
        const context = contexts.get(person);
        if (context === undefined) throw new Error(`${person} is not signed in`);
        const ms = await largestPaint(context, `${system.apiUrl}${path}`);
        // The first one fills what the API keeps in memory.
        if (round > 0) times.get(name)?.push(ms);
      }
    }
    return {
      rows: [],
      figures: Array.from(times, ([name, ms]) => ({
        bench: 'panel',
        what: `LCP of ${name}, processor slowed down ${slowdown} times`,
        value: `${Math.round(median(ms))} ms`,
        goal: `at most ${goalMs.toLocaleString('en-US')} ms; ${ms.map((one) => Math.round(one)).join(', ')}`,
      })),
    };
  } finally {
    await browser.close();
    await system.stop();
  }
}
