import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect } from '@jest/globals';
import { launchChromium, pidsOfBrowsers } from '@mood/testing/browser';
import type { Browser, BrowserContext, Page } from '@mood/testing/browser';
import { waitedForProcessorMs } from '@mood/testing/processor-time';
import { patientWithDatabase, startStack } from '@mood/testing/stack';
import type { Stack, StackOptions } from '@mood/testing/stack';
import { builtPanel } from './built-panel.ts';

/** A browser of somebody's own. */
interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the policy kept from happening, what scripts failed at, what the console complained about, and requests that failed. */
  readonly complaints: readonly string[];
}

/** Somebody at the panel: a browser of their own, signed in. */
export interface Visitor extends Window {
  /** Opens a page of the panel, and waits until its data is there. @param path below /panel. */
  open(path: string): Promise<void>;
  /**
   * Holds a page against the rules: nothing that axe finds in both themes, nothing scrolled sideways at 320 and 1280 px, fields of one height in
   * each row, choices in the panel's colour, no complaint.
   * @param ready what is there once the page is whole.
   */
  check(path: string, ready: string): Promise<void>;
}

export interface VisitorOptions {
  /** What this test provokes, such as /status of 409/. Everything else in the console fails `check` and `expectNoComplaints`. */
  expected?: readonly RegExp[];
}

/** A system with the built panel, and people who come to it with a real browser. */
export interface PanelUnderTest {
  readonly stack: Stack;
  readonly browser: Browser;
  /** Signs in by the sandbox's page. @param name as it stands there: `Sophia`, `Robin (moderation)`. */
  signIn(name: string, options?: VisitorOptions): Promise<Visitor>;
  /** Of somebody who has nothing to do with the panel, such as a user in the chat. */
  openWindow(options?: VisitorOptions): Promise<Window>;
  /** Starts a clock. @returns a function that tells how many milliseconds it has been since, without those for which a process of the system, a browser or the test waited for a processor. */
  startClock(): () => number;
  /** Of all windows. */
  expectNoComplaints(): void;
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);
const widths = [1280, 320] as const;
const themes = ['light', 'dark'] as const;
/** A request that a page gives up because somebody moved on. */
const givenUp = /ERR_ABORTED/;

export async function startPanel(options: StackOptions = {}): Promise<PanelUnderTest> {
  const [axe, folder] = await Promise.all([readFile(require.resolve('axe-core/axe.min.js'), 'utf8'), builtPanel()]);
  // Pages must complain of nothing.
  const stack = await startStack({ workers: 1, ...options, env: { PANEL_DIR: folder, ...patientWithDatabase, ...options.env } });
  const browser = await launchChromium();
  const windows: Window[] = [];

  async function openWindow({ expected = [] }: VisitorOptions = {}): Promise<Window> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const complaints: string[] = [];
    const complain = (text: string) => {
      if (!expected.some((one) => one.test(text))) complaints.push(text);
    };
    context.on('weberror', (failure) => complain(String(failure.error())));
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complain(`${message.text()} ${message.location().url}`);
    });
    context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? '';
      if (!givenUp.test(reason)) complain(`${reason} ${request.url()}`);
    });
    const opened = { context, page: await context.newPage(), complaints };
    windows.push(opened);
    return opened;
  }

  async function signIn(name: string, options?: VisitorOptions): Promise<Visitor> {
    const opened = await openWindow(options);
    const { page, complaints } = opened;
    const visitor: Visitor = {
      ...opened,
      async open(path) {
        await page.goto(`${stack.api.url}/panel${path}`);
        await page.locator('main h1').waitFor();
      },
      async check(path, ready) {
        for (const colorScheme of themes) {
          await page.emulateMedia({ colorScheme });
          for (const width of widths) {
            await page.setViewportSize({ width, height: 900 });
            await visitor.open(path);
            await page.locator(ready).first().waitFor();
            const found = await page.evaluate<{ faults: unknown[]; tooWide: string[]; uneven: string[]; ofTheBrowser: string[] }>(
              `${axe}; axe.run().then(({ violations }) => ({
                uneven: [...document.querySelectorAll('main :is(select, input:not([type=radio], [type=checkbox], [type=file]))')]
                  .map((one) => ({ one, box: one.getBoundingClientRect() }))
                  .filter(({ box }, index, all) => all.some((other) => Math.abs(other.box.y - box.y) < 20 && other.box.height !== box.height))
                  .map(({ one, box }) => \`\${box.height} \${one.outerHTML.slice(0, 120)}\`),
                ofTheBrowser: [...document.querySelectorAll(':is([type=radio], [type=checkbox])')]
                  .filter((one) => getComputedStyle(one).accentColor === 'auto').map((one) => one.outerHTML.slice(0, 120)),
                faults: violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 200)]),
                tooWide: document.documentElement.scrollWidth <= window.innerWidth ? [] : [...document.querySelectorAll('body *')]
                  .filter((one) => one.getBoundingClientRect().right > window.innerWidth)
                  .map((one) => \`\${Math.round(one.getBoundingClientRect().right)} \${one.outerHTML.slice(0, 120)}\`),
              }))`,
            );
            const seen = { path, colorScheme, width };
            expect({ ...seen, ...found }).toEqual({ ...seen, faults: [], tooWide: [], uneven: [], ofTheBrowser: [] });
          }
        }
        await page.emulateMedia({ colorScheme: 'light' });
        await page.setViewportSize({ width: 1280, height: 900 });
        expect(complaints).toEqual([]);
      },
    };
    await page.goto(`${stack.api.url}/panel/`);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('link', { name }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    return visitor;
  }

  return {
    stack,
    browser,
    signIn,
    openWindow,
    startClock() {
      const pids = [process.pid, ...stack.pids, ...pidsOfBrowsers()];
      const [began, waitedBefore] = [performance.now(), waitedForProcessorMs(pids)];
      return () => performance.now() - began - (waitedForProcessorMs(pids) - waitedBefore);
    },
    expectNoComplaints() {
      expect(windows.flatMap(({ complaints }) => complaints)).toEqual([]);
    },
    async stop() {
      await browser.close();
      await stack.stop();
    },
  };
}
