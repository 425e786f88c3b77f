import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { chromiumPath, chromiumSwitches } from '@mood/testing/browser';
import type { BrowserContext } from '@mood/testing/browser';

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/** How often a page is asked what it shows, and for how long it has to ask for nothing more, in milliseconds. */
const lookMs = 500;
const settledMs = 1_000;
const longestMs = 60_000;

/** How far a page is: what it has asked for, whether it has its heading, and when its largest thing was drawn. */
interface Progress {
  asked: number;
  hasHeading: boolean;
  largestMs: number | null;
}

const observe = `new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) globalThis.largestMs = entry.startTime;
}).observe({ type: 'largest-contentful-paint', buffered: true });`;

const progress = `({
  asked: performance.getEntriesByType('resource').length,
  hasHeading: document.querySelector('main h1') !== null,
  largestMs: globalThis.largestMs ?? null,
})`;

/** A Chromium whose pages nobody debugs. */
export interface UnwatchedBrowser {
  /**
   * Opens a page whose processor is slowed down.
   * @returns when its largest thing was there, in milliseconds after it was asked for; nothing of it was in the browser's cache.
   */
  largestPaint(page: { url: string; cookies: Cookies; slowdown: number }): Promise<number>;
  close(): Promise<void>;
}

/**
 * Playwright watches its pages as a debugger does: V8 then looks for the lines of the errors that React makes when it is loaded, and reads the
 * whole script again for each. No user waits for that, and it takes longer than most of the rest.
 */
export async function launchUnwatchedBrowser(): Promise<UnwatchedBrowser> {
  const profile = await mkdtemp(path.join(tmpdir(), 'mood-chromium-'));
  const chromium = spawn(
    chromiumPath(),
    [...chromiumSwitches, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = once(chromium, 'exit');
  const close = async () => {
    chromium.kill();
    await exited;
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const address = await addressOfDevtools(createInterface(chromium.stderr));
    const send = await connect(address);
    return {
      async largestPaint({ url, cookies, slowdown }) {
        await send('Storage.clearCookies');
        await send('Storage.setCookies', { cookies });
        const { targetId } = await send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
        const { sessionId } = await send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
        await send('Page.enable', {}, sessionId);
        await send('Emulation.setDeviceMetricsOverride', { width: 390, height: 844, deviceScaleFactor: 1, mobile: false }, sessionId);
        await send('Emulation.setCPUThrottlingRate', { rate: slowdown }, sessionId);
        await send('Network.enable', {}, sessionId);
        await send('Network.setCacheDisabled', { cacheDisabled: true }, sessionId);
        await send('Page.addScriptToEvaluateOnNewDocument', { source: observe }, sessionId);
        await send('Page.navigate', { url }, sessionId);
        const largestMs = await settled(url, async () => {
          const asked = { expression: progress, returnByValue: true };
          return (await send<{ result: { value: Progress } }>('Runtime.evaluate', asked, sessionId)).result.value;
        });
        await send('Target.closeTarget', { targetId });
        return largestMs;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function addressOfDevtools(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const [, address] = /^DevTools listening on (\S+)/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error('Chromium ended before it was ready.');
}

/** The protocol's own types would be the size of a browser: who asks says what the answer is. */
type Send = <R>(method: string, params?: object, sessionId?: string) => Promise<R>;

/** Speaks the Chrome DevTools Protocol, version 1.3. */
async function connect(address: string): Promise<Send> {
  const socket = new WebSocket(address);
  await once(socket, 'open');
  // oxlint-disable-next-line typescript/no-explicit-any -- see Send
  const waiting = new Map<number, PromiseWithResolvers<any>>();
  let sent = 0;
  socket.addEventListener('message', ({ data }) => {
    const reply: { id?: number; result?: unknown; error?: { message: string } } = JSON.parse(String(data));
    const one = reply.id === undefined ? undefined : waiting.get(reply.id);
    if (reply.error === undefined) one?.resolve(reply.result);
    else one?.reject(new Error(`The browser refused: ${reply.error.message}`));
  });
  socket.addEventListener('close', () => {
    for (const one of waiting.values()) one.reject(new Error('The browser has ended.'));
  });
  return <R>(method: string, params: object = {}, sessionId?: string) => {
    const one = Promise.withResolvers<R>();
    waiting.set((sent += 1), one);
    socket.send(JSON.stringify({ id: sent, method, params, sessionId }));
    return one.promise;
  };
}

/** @returns when the largest thing was drawn, once the page asks for nothing more. */
async function settled(url: string, look: () => Promise<Progress>): Promise<number> {
  const began = performance.now();
  let last = { asked: -1, since: began };
  for (;;) {
    await pause(lookMs);
    const { asked, hasHeading, largestMs } = await look();
    const now = performance.now();
    if (asked !== last.asked) last = { asked, since: now };
    if (hasHeading && largestMs !== null && now - last.since >= settledMs) return largestMs;
    if (now - began > longestMs) throw new Error(`${url} was not done within ${longestMs / 1_000} s.`);
  }
}
