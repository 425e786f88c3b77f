import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { launchBrowser } from '@mood/testing/browser';
import type { TestBrowser } from '@mood/testing/browser';
import { eventually } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

let stack: Stack;
let browser: TestBrowser;
let page: Server;
let models: Model[];
let pageUrl: string;

/** A page of the platform, on another origin, under a policy that allows no inline script or style. */
function servePage(port: number, token: () => Promise<string>): Server {
  const policy = `default-src 'none'; script-src 'self' ${stack.api.url}; connect-src 'self' ${stack.api.url}; require-trusted-types-for 'script'`;
  const script = `import { MoodBadge } from '${stack.api.url}/badge.js';
    MoodBadge.connect({ url: '${stack.api.url}', token: async () => (await fetch('/token')).text() });`;
  const files: Record<string, () => Promise<[type: string, body: string]>> = {
    '/': async () => [
      'text/html; charset=utf-8',
      `<!doctype html><html lang="en"><title>A page</title><script type="module" src="/page.js"></script>
        ${[...models.map(({ id }) => id.toUpperCase()), 'no id'].map((id) => `<mood-badge model-id="${id}"></mood-badge>`).join('\n')}</html>`,
    ],
    '/page.js': async () => ['text/javascript; charset=utf-8', script],
    '/token': async () => ['text/plain', await token()],
  };
  async function answer(url: string, response: ServerResponse): Promise<void> {
    const [type, body] = (await files[url]?.()) ?? ['text/plain', ''];
    response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy }).end(body);
  }
  return createServer((request, response) => {
    void answer(request.url ?? '', response);
  }).listen(port, '127.0.0.1');
}

beforeAll(async () => {
  const port = await freePort();
  pageUrl = `http://127.0.0.1:${port}`;
  stack = await startStack({ env: { ALLOWED_ORIGINS: pageUrl, STREAM_BEAT_SECONDS: '1' } });
  models = [await stack.createModel(), await stack.createModel()];
  page = servePage(port, () => stack.platform.token('user', randomUUID()));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  page?.closeAllConnections();
  page?.close();
  await stack?.stop();
});

interface Shown {
  word: string;
  title: string;
  role: string;
  part: string;
  color: string;
}
/** What each badge of the page shows. */
const shown = async (): Promise<Shown[]> =>
  browser.page.evaluate(`[...document.querySelectorAll('mood-badge')].map((badge) => {
    const part = badge.shadowRoot?.querySelector('[role=status]');
    return part && { word: part.textContent, title: part.title, role: part.getAttribute('role'), part: part.getAttribute('part'), color: getComputedStyle(part).color };
  })`);
const untilWord = (index: number, word: string, withinMs?: number) =>
  eventually(
    async () => (await shown())[index],
    (badge) => badge?.word === word,
    withinMs,
  );
const setMood = async (mood: object) => {
  const { status, body } = await stack.api.post('/api/v1/mood/update', mood, models[0]?.token);
  expect([status, body]).toEqual([200, expect.anything()]);
};

describe('the badge', () => {
  test('is a small file for the pages that are allowed, and kept by browsers', async () => {
    const answer = await fetch(`${stack.api.url}/badge.js`, { headers: { origin: pageUrl, 'accept-encoding': 'identity' } });
    const text = await answer.text();
    expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(2_048);
    const { headers } = answer;
    expect([answer.status, headers.get('content-type'), headers.get('access-control-allow-origin')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      pageUrl,
    ]);
    expect([headers.get('cross-origin-resource-policy'), headers.get('vary')]).toEqual(['cross-origin', 'Accept-Encoding, Origin']);
    const again = await fetch(`${stack.api.url}/badge.js`, {
      headers: { 'if-none-match': headers.get('etag') ?? '', 'accept-encoding': 'identity' },
    });
    expect([again.status, again.headers.get('access-control-allow-origin')]).toEqual([304, null]);
  });

  test('is neutral for who has no mood, or no ID; shows a change at once, with its message', async () => {
    await browser.page.goto(pageUrl);
    await eventually(shown, (badges) => badges.length === 3 && badges.every((badge) => badge?.word === 'Neutral'));
    await eventually(
      async () => browser.asked.filter((url) => url.includes('/moods/stream')).length,
      (count) => count === 1,
    );
    // Only what is shown before the change is one: the snapshot has to be there.
    await eventually(
      async () => browser.page.evaluate(`document.querySelector('mood-badge').mood?.version`),
      (version) => version === 0,
    );
    const began = performance.now();
    await setMood({ moodState: 'positive', customMessage: 'I <3 you & "me"' });
    const badge = await untilWord(0, 'Positive');
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(badge).toMatchObject({ title: 'I <3 you & "me"', role: 'status', part: 'badge positive' });
    expect((await shown())[1]?.word).toBe('Neutral');
  });

  test('turns neutral by itself when the mood ends: nobody writes the reset here', async () => {
    await setMood({ moodState: 'negative', customMessage: 'Not for long', expiresAt: new Date(Date.now() + 2_500).toISOString() });
    await untilWord(0, 'Negative');
    expect(await untilWord(0, 'Neutral')).toMatchObject({ title: '', part: 'badge neutral' });
  });

  test('is lighter where the page is dark', async () => {
    const colorOf = async (scheme: string) => {
      await browser.page.evaluate(`document.documentElement.style.colorScheme = '${scheme}'`);
      return (await shown())[0]?.color;
    };
    expect([await colorOf('light'), await colorOf('dark')]).toEqual(['rgb(75, 85, 99)', 'rgb(195, 201, 211)']);
  });

  test('comes again after a restart of the API, and knows what it has missed', async () => {
    const known = 'SELECT version::int AS version FROM model_mood_states WHERE model_id = $1';
    const [before] = await stack.database.query<{ version: number }>(known, [models[0]?.id]);
    stack.apiProcess.kill('SIGKILL');
    await stack.apiProcess.exited;
    await stack.database.query(
      `UPDATE model_mood_states SET mood_state = 'positive', custom_message = 'Back', expires_at = NULL, version = $2 WHERE model_id = $1`,
      [models[0]?.id, (before?.version ?? 0) + 5],
    );
    await stack.restartApi();
    expect(await untilWord(0, 'Positive', 60_000)).toMatchObject({ title: 'Back' });
  });

  test('asks for one stream at a time, and does nothing that a strict policy forbids', async () => {
    const added = `for (let nth = 0; nth < 3; nth += 1) {
      const badge = document.createElement('mood-badge');
      badge.setAttribute('model-id', crypto.randomUUID());
      document.body.append(badge);
    }`;
    const streams = () => browser.asked.filter((url) => url.includes('/moods/stream')).length;
    const before = streams();
    await browser.page.evaluate(added);
    await eventually(
      async () => streams(),
      (count) => count > before,
    );
    expect(streams()).toBe(before + 1);
    expect(browser.complaints.filter((complaint) => !complaint.includes('ERR_'))).toEqual([]);
  });
});
