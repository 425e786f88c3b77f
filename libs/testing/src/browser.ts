import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { findCommand } from './find-command.ts';

export type { Browser, BrowserContext, Page };

/** A headless Chromium of a test's own, with a profile that nobody has used. */
export interface TestBrowser {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Every URL that it asked for, whatever became of it. */
  readonly asked: readonly string[];
  /** What the policies of the pages kept from happening, and what scripts failed at. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export const chromiumSwitches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @throws Error that says how to get one when this machine has no Chromium. */
export function chromiumPath(): string {
  const found = process.env['CHROMIUM_PATH'] ?? findCommand('chromium') ?? '/usr/bin/chromium';
  if (existsSync(found)) return found;
  throw new Error(`There is no Chromium at ${found}. Install it (Debian package chromium), or name one in CHROMIUM_PATH.`);
}

/** The processes of all browsers that this process has started. None where the system does not tell: Linux does. */
export function pidsOfBrowsers(): number[] {
  const parents = new Map<number, { parent: number; isBrowser: boolean }>();
  for (const pid of existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []) {
    // `1234 (chromium) S 1200 …`. Processes end at any moment.
    const [, name = '', parent] = /\((.*)\) \S (\d+)/s.exec(readIfThere(`/proc/${pid}/stat`)) ?? [];
    if (parent !== undefined) parents.set(Number(pid), { parent: Number(parent), isBrowser: /chrom/.test(name) });
  }
  const isOurs = (pid: number): boolean => {
    const parent = parents.get(pid)?.parent;
    return parent !== undefined && (parent === process.pid || isOurs(parent));
  };
  return [...parents].filter(([pid, { isBrowser }]) => isBrowser && isOurs(pid)).map(([pid]) => pid);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** A headless Chromium; each of its contexts has cookies and storage of its own. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), headless: true, args: chromiumSwitches });

export async function launchBrowser(): Promise<TestBrowser> {
  const executablePath = chromiumPath();
  const profile = await mkdtemp(path.join(tmpdir(), 'mood-chromium-'));
  const removeProfile = () => rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  const context = await chromium
    .launchPersistentContext(profile, { executablePath, headless: true, args: chromiumSwitches, viewport: { width: 1280, height: 800 } })
    .catch(async (error: unknown) => {
      await removeProfile();
      throw error;
    });
  const asked: string[] = [];
  const complaints: string[] = [];
  context.on('request', (request) => asked.push(request.url()));
  context.on('weberror', (failure) => complaints.push(String(failure.error())));
  context.on('console', (message) => {
    if (/Content Security Policy|violates/i.test(message.text())) complaints.push(message.text());
  });
  const [page = await context.newPage()] = context.pages();
  return {
    context,
    page,
    asked,
    complaints,
    async close() {
      await context.close();
      await removeProfile();
    },
  };
}
