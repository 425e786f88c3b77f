import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { launchBrowser } from '@mood/testing/browser';
import type { TestBrowser } from '@mood/testing/browser';
import { startStack } from '@mood/testing/stack';
import { saveTemplate } from '@mood/testing/templates';
import type { Stack } from '@mood/testing/stack';

const require = createRequire(import.meta.url);

let stack: Stack;
let browser: TestBrowser;
let axe: string;
beforeAll(async () => {
  axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
  stack = await startStack();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const openReference = (hash = '') => browser.page.goto(`${stack.api.url}/docs${hash}`);
const unfold = () => browser.page.evaluate(`document.querySelectorAll('details').forEach((part) => { part.open = true; })`);
const stateOfToken = () => browser.page.locator('#token-state').textContent();

/** Sends the form of an operation as it is prefilled. @returns all that is shown of the answer. */
async function sendPrefilled(operationId: string): Promise<string> {
  await openReference();
  // The script opens what a link names.
  await browser.page.locator(`nav a[href="#${operationId}"]`).click();
  const form = browser.page.locator(`#${operationId} form.try`);
  await form.locator('button').click();
  const answer = form.locator('output strong');
  await answer.waitFor();
  return `${await answer.textContent()}\n${await form.locator('output pre').textContent()}`;
}

describe('the reference in a browser', () => {
  test('says how to get a token', async () => {
    await openReference();
    expect(await browser.page.locator('#token').textContent()).toContain(`${stack.platform.url}/oauth/token`);
    expect(await stateOfToken()).toMatch(/^No token yet/);
    expect(await sendPrefilled('updateMood')).toMatch(/^401 [^]*Give a token first/);
  });

  test('keeps the token for the tab, over a reload, and sends what is prefilled with it', async () => {
    await openReference();
    const token = await stack.platform.token('model');
    await browser.page.locator('#token-field').fill(JSON.stringify({ access_token: token, token_type: 'Bearer' }));
    await browser.page.locator('#token-form button[type=submit]').click();
    expect(await stateOfToken()).toMatch(/^In use: model a0000000-0000-4000-8000-000000000001, valid until/);
    await browser.page.reload();
    expect(await stateOfToken()).toMatch(/^In use: model/);
    expect(await browser.page.locator('#token-field').inputValue()).toBe(token);

    expect(await sendPrefilled('acceptTerms')).toMatch(/^200 /);
    expect(await sendPrefilled('updateMood')).toMatch(/^200 [^]*"customMessage": "Feeling great today!"[^]*"expiresAt": null/);
    expect(await sendPrefilled('getMood')).toMatch(/^200 [^]*"moodState": "positive"/);

    await openReference();
    await browser.page.locator('#forget-token').click();
    await browser.page.reload();
    expect(await stateOfToken()).toMatch(/^No token yet/);
  });

  test('sends every prefilled request as it is printed, each with a token of its role', async () => {
    const tokens: Record<string, string> = {};
    for (const role of ['user', 'model', 'admin']) tokens[role] = await stack.platform.token(role);
    tokens['service'] = await stack.platform.token('service', undefined, { scope: 'mood:render auto-replies:write' });
    const document: { paths: Record<string, Record<string, { operationId: string; 'x-access': { roles: string[] | string } }>> } =
      JSON.parse(await (await fetch(`${stack.api.url}/openapi.json`)).text());
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(operations.length).toBeGreaterThan(20);
    await openReference();
    await unfold();
    // What nobody has made on a new system: a mood that ends, an experiment, and an alert.
    const sophia = '/api/v1/admin/mood/a0000000-0000-4000-8000-000000000001/update';
    const ending = { moodState: 'positive', expiresAt: '2190-01-01T00:00:00Z', reason: 'a mood that ends' };
    expect((await stack.api.post(sophia, ending, tokens['admin'])).status).toBe(200);
    for (const content of ['Hello {{userName|you}}!', 'So good to see you, {{userName|you}}!'])
      await saveTemplate(stack, tokens['admin'] ?? '', {
        moodState: 'positive',
        templateType: 'greeting',
        content,
        experiment: 'warmer-words',
      });
    await stack.database.query(`INSERT INTO abuse_alerts (id, model_id, rule, threshold, count, peak, opened_at, last_seen_at)
      VALUES ('0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c30', 'a0000000-0000-4000-8000-000000000001', 'changes', 40, 41, 41, now(), now())`);
    // A model accepts the terms before its first mood, and extends one that ends; what is switched off or stopped stays so for the others.
    const order = ['acceptTerms', 'extendMood', '', 'setFlag', 'stopExperiment'];
    const placeOf = ({ operationId }: { operationId: string }) =>
      order.includes(operationId) ? order.indexOf(operationId) : order.indexOf('');
    for (const { operationId, 'x-access': access } of operations.toSorted((a, b) => placeOf(a) - placeOf(b))) {
      const role = typeof access.roles === 'string' ? 'user' : (access.roles[0] ?? 'user');
      await browser.page.evaluate(`sessionStorage.setItem('mood-api-token', '${tokens[role]}')`);
      const form = browser.page.locator(`#${operationId} form.try`);
      await form.locator('button').click();
      const status = form.locator('output strong');
      await status.waitFor();
      const answer = await form.locator('output pre').textContent();
      expect([operationId, await status.textContent(), answer]).toEqual([operationId, expect.stringMatching(/^20[02] /), answer]);
    }
    await browser.page.evaluate('sessionStorage.clear()');
  });

  test('opens the operation that the address names', async () => {
    await browser.page.goto('about:blank');
    await openReference('#getMoodHistory');
    await browser.page.locator('#getMoodHistory[open] form').waitFor();
    expect(await browser.page.locator('#getMood').getAttribute('open')).toBeNull();
  });

  test.each(['light', 'dark'] as const)('has no fault that axe finds, with everything unfolded (%s)', async (colorScheme) => {
    await browser.page.emulateMedia({ colorScheme });
    await openReference();
    await unfold();
    const faults = await browser.page.evaluate(
      `${axe}; axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 200)]))`,
    );
    expect(faults).toEqual([]);
  });

  test('is dark where the reader wants it dark', async () => {
    const background = async (colorScheme: 'light' | 'dark') => {
      await browser.page.emulateMedia({ colorScheme });
      return browser.page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    };
    await openReference();
    expect(await background('light')).toBe('rgb(244, 245, 247)');
    expect(await background('dark')).toBe('rgb(20, 23, 28)');
  });

  test.each([320, 390, 768, 1280])('is never scrolled sideways (%i px)', async (width) => {
    await browser.page.setViewportSize({ width, height: 800 });
    await openReference();
    await unfold();
    expect(await browser.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });

  test('asks nobody but this API, and does nothing that its policy forbids', () => {
    const hosts = new Set(browser.asked.filter((url) => url.startsWith('http')).map((url) => new URL(url).origin));
    expect([...hosts]).toEqual([stack.api.url]);
    expect(browser.complaints).toEqual([]);
  });
});
