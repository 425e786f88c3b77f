import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { launchChromium } from '@mood/testing/browser';
import type { Browser, BrowserContext } from '@mood/testing/browser';
import type { BenchOptions } from './support/bench.ts';
import { median } from './support/rounds.ts';
import type { Report } from './support/report.ts';
import { startBenchSystem } from './support/system.ts';
import { launchUnwatchedBrowser } from './support/unwatched-browser.ts';

/** As slow as a phone of the middle range, against this machine. */
const slowdown = 4;
const goalMs = 1_500;

const pages = [
  // Without a script: what the browser and the machine take anyway.
  ['words alone, the floor', 'Sophia', '/panel/sign-out'],
  ['a model’s mood', 'Sophia', '/panel/'],
  ['the overview', 'Robin (moderation)', '/panel/'],
  ['the list of templates', 'Robin (moderation)', '/panel/templates'],
] as const;

async function signIn(browser: Browser, apiUrl: string, person: string): Promise<BrowserContext> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${apiUrl}/panel/`);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: person }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  await page.close();
  return context;
}

/** When pages of the panel show what matters, in a browser whose processor is slowed down: as they ship, under their real policy. */
export async function benchPanel({ say, rounds, execArgv }: BenchOptions): Promise<Report> {
  await promisify(execFile)('npm', ['run', '--silent', 'panel:build']);
  const system = await startBenchSystem({ models: 1_000, redis: false, execArgv });
  const browser = await launchChromium();
  const unwatched = await launchUnwatchedBrowser();
  try {
    const times = new Map<string, number[]>(pages.map(([name]) => [name, []]));
    const contexts = new Map<string, BrowserContext>();
    for (const [, person] of pages) contexts.set(person, contexts.get(person) ?? (await signIn(browser, system.apiUrl, person)));
    for (let round = 0; round <= rounds; round++) {
      say(`panel: round ${round} of ${rounds}`);
      for (const [name, person, path] of pages) {
        const context = contexts.get(person);
        if (context === undefined) throw new Error(`${person} is not signed in`);
        const ms = await unwatched.largestPaint({ url: `${system.apiUrl}${path}`, cookies: await context.cookies(), slowdown });
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
    await unwatched.close();
    await browser.close();
    await system.stop();
  }
}
