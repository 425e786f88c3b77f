import { fork } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeError, readCommandLine, readRunFile } from '@mood/runtime';
import type { Run } from '@mood/runtime';
import { launchChromium } from '@mood/testing/browser';
import type { Browser, Page } from '@mood/testing/browser';
import { ownEnvironment } from './own-environment.ts';
import { playScene } from './scene.ts';

const help = `npm run screenshots: takes the pictures of the guides anew, in docs/images.

It starts a system of its own, with a database of its own on free ports, whatever else runs on this machine or DATABASE_URL and REDIS_URL name;
plays a scene on it, and opens the pages in Chromium (Debian package chromium, or CHROMIUM_PATH), in both themes. Messages hold emoji: install a
font that has them first (Debian package fonts-noto-color-emoji). It takes a minute or two. The exit code is 1 when a page does not come, or when the pictures are
larger than 1 MB together.`;

const root = path.resolve(import.meta.dirname, '../..');
const images = path.join(root, 'docs/images');
const maxBytes = 1_000_000;
/** As wide as a page of a guide shows it without making it smaller than can be read. */
const viewport = { width: 980, height: 640 };
const themes = ['light', 'dark'] as const;

interface Picture {
  name: string;
  /** Who is signed in to the panel, by the name that the sandbox shows. Absent: a page of the sandbox. */
  person?: string;
  path: string;
  /** What is there once the page is whole. */
  ready: string;
}

const pictures = (models: { sophia: string; john: string }): readonly Picture[] => [
  { name: 'model-mood', person: 'Sophia', path: '/panel/', ready: 'main h1' },
  { name: 'chat', path: `/?user=${models.john}&model=${models.sophia}`, ready: 'mood-badge' },
  { name: 'overview', person: 'Robin (moderation)', path: '/panel/', ready: 'main svg, main canvas' },
  { name: 'templates', person: 'Robin (moderation)', path: '/panel/templates', ready: 'main table' },
  { name: 'audit', person: 'Robin (moderation)', path: '/panel/audit', ready: 'main tbody tr' },
];

async function startSystem(dataDir: string): Promise<{ run: Run; stop: () => Promise<void> }> {
  const launcher = fork(path.join(root, 'apps/launcher/src/main.ts'), {
    env: ownEnvironment(process.env, dataDir),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const closed = new Promise<void>((resolve) => void launcher.once('close', () => resolve()));
  const ready = new Promise<void>((resolve) => void launcher.once('message', () => resolve()));
  await Promise.race([ready, closed.then(() => Promise.reject(new Error('The system could not be started.')))]);
  const run = await readRunFile(dataDir);
  if (run === undefined) throw new Error('The system started and left no note of where it is.');
  return {
    run,
    async stop() {
      launcher.kill('SIGTERM');
      await closed;
    },
  };
}

async function signIn(browser: Browser, run: Run, person: string): Promise<Page> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  await page.goto(`${run.apiUrl}/panel/`);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: person }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  return page;
}

async function takePictures(run: Run, folder: string): Promise<void> {
  const people = await playScene(run);
  const browser = await launchChromium();
  const pages = new Map<string, Page>();
  try {
    for (const { name, person, path: below, ready } of pictures(people)) {
      const key = person ?? '';
      const page =
        pages.get(key) ??
        (person === undefined ? await (await browser.newContext({ viewport })).newPage() : await signIn(browser, run, person));
      pages.set(key, page);
      for (const colorScheme of themes) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.goto(`${person === undefined ? run.sandboxUrl : run.apiUrl}${below}`);
        await page.locator(ready).first().waitFor();
        await page.waitForLoadState('networkidle').catch(() => {});
        await page.screenshot({ path: path.join(folder, `${name}-${colorScheme}.png`) });
        console.log(`docs/images/${name}-${colorScheme}.png`);
      }
    }
  } finally {
    await browser.close();
  }
}

async function main(): Promise<number> {
  readCommandLine(help, {});
  const dataDir = await mkdtemp(path.join(tmpdir(), 'mood-screenshots-'));
  const { run, stop } = await startSystem(dataDir);
  try {
    await mkdir(images, { recursive: true });
    await takePictures(run, images);
  } finally {
    await stop();
    await rm(dataDir, { recursive: true, force: true });
  }
  const sizes = await Promise.all((await readdir(images)).map(async (file) => (await stat(path.join(images, file))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`${sizes.length} pictures, ${Math.round(bytes / 1_000)} kB`);
  if (bytes <= maxBytes) return 0;
  console.error(`The pictures are larger than ${maxBytes / 1_000} kB together: leave some out.`);
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`It did not work: ${describeError(error)}`);
  process.exitCode = 1;
}
