import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { launchBrowser } from '@mood/testing/browser';
import type { TestBrowser } from '@mood/testing/browser';
import { eventually } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const require = createRequire(import.meta.url);
const [john, sophia] = ['b0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001'];
const talk = `/?user=${john}&model=${sophia}`;
const slow = { timeout: 60_000 };

let stack: Stack;
let browser: TestBrowser;
let axe: string;
/** What the console complained about. */
const errors: string[] = [];

beforeAll(async () => {
  axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
  stack = await startStack({ workers: 1 });
  browser = await launchBrowser();
  browser.context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(`${message.text()} (${message.location().url})`);
  });
  const token = await stack.platform.token('model', sophia);
  const { body: terms } = await stack.api.get('/api/v1/mood/terms', token);
  await stack.api.post('/api/v1/mood/terms', { accept: true, version: terms.version }, token);
  await setMood('positive');
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

async function setMood(moodState: string, forMs?: number): Promise<void> {
  const expiresAt = forMs === undefined ? null : new Date(Date.now() + forMs).toISOString();
  const mood = { moodState, customMessage: 'Feeling great today!', autoRespond: true, responseDelay: 3, expiresAt };
  const { status } = await stack.api.post('/api/v1/mood/update', mood, await stack.platform.token('model', sophia));
  expect(status).toBe(200);
}

const open = (place: string) => browser.page.goto(stack.platform.url + place);
const part = (selector: string, hasText?: string | RegExp) =>
  browser.page.locator(selector, hasText === undefined ? {} : { hasText }).first();
/** As somebody without a mouse does it. */
async function press(selector: string, hasText?: string): Promise<void> {
  await part(selector, hasText).focus(slow);
  await browser.page.keyboard.press('Enter');
}
const said = (mark: string) => part('.message.theirs', mark).locator('.text').textContent(slow);
const count = (selector: string) => browser.page.locator(selector).count();

describe('the chat page, by keyboard alone', () => {
  test('lets a visitor be a user of the platform, enter a conversation and be greeted', async () => {
    await open('/');
    await press('.cards a', 'John');
    await press('.models a', 'Sophia');
    expect(await said('Greeting')).toContain('John');
    // 24 hours, though the browser speaks American English.
    expect(await part('.moment').textContent()).toMatch(/^John entered · \d\d:\d\d:\d\d$/);
    expect(await part('.moment time').getAttribute('title')).toMatch(/^\d{1,2} [A-Z][a-z]{2,3} \d{4}, \d\d:\d\d:\d\d \S+$/);
    expect(new URL(browser.page.url()).search).toBe(talk.slice(1));
  });

  test('counts down to the automatic reply, which comes when it is due', async () => {
    await part('.write textarea').focus();
    await browser.page.keyboard.type('Hello <b>Sophia</b> & all!');
    await browser.page.keyboard.press('Enter');
    expect(await part('.message.mine .text').textContent(slow)).toBe('Hello <b>Sophia</b> & all!');
    await part('.waiting.typing', /Sophia’s automatic reply (in \d s|is due)/).waitFor(slow);
    expect(await part('.waiting [role=status]').textContent()).toMatch(/^The automatic reply of Sophia comes in \d seconds\.$/);
    expect(await said('Automatic reply')).toContain('John');
    await part('.waiting').waitFor({ state: 'hidden', ...slow });
    const at = async (selector: string) => Date.parse((await part(selector).getAttribute('datetime')) ?? '');
    expect((await at('.message.theirs:has-text("Automatic reply") time')) - (await at('.message.mine time'))).toBeGreaterThanOrEqual(3_000);
  });

  test('says why there is no other one', async () => {
    await part('.write textarea').fill('Are you there?');
    await press('.write button');
    await part('.waiting', 'Sophia has just sent an automatic reply').waitFor(slow);
  });

  test('thanks for a tip, and tells goodbye; a reload and Back keep where one is', async () => {
    await press('.tip button');
    expect(await said('Thanks')).toContain('$20');
    await press('.with button', 'Leave');
    expect(await said('Farewell')).not.toBe('');
    await browser.page.reload();
    await part('.outside button', 'Enter again').waitFor(slow);
    expect([await count('.message'), await count('.moment'), await part('.composer').isHidden()]).toEqual([6, 3, true]);
    await press('.you a', 'Change');
    await part('.cards a', 'Amira').waitFor(slow);
    await browser.page.goBack();
    await press('.outside button');
    await part('.composer').waitFor(slow);
  });

  test('shows the badge of a new mood within a second, and how it ends', async () => {
    const badge = () =>
      browser.page.evaluate<string>(`document.querySelector('.with mood-badge')?.shadowRoot?.querySelector('[part=word]').textContent`);
    expect(await eventually(badge, (word) => word === 'Positive', 60_000)).toBe('Positive');
    expect(await part('.with .mood-message').textContent()).toBe('“Feeling great today!”');
    await setMood('negative');
    await eventually(badge, (word) => word === 'Negative', 1_000);
    await setMood('positive', 4_000);
    await eventually(badge, (word) => word === 'Positive', 60_000);
    await eventually(badge, (word) => word === 'Neutral', 60_000);
    expect(await part('.with .mood-message').textContent()).toBe('');
  });

  test('shows the names that people give themselves as text, and is told of new tiers in every window', async () => {
    const name = '<img src=x onerror=alert(1)>';
    await press('#platform-switch');
    await part('.add input[name=name]').fill(name);
    await browser.page.keyboard.press('Enter');
    await part('.tiers li', name).waitFor(slow);
    const users = await stack.platform.call('GET', `/sandbox/directory?search=${encodeURIComponent(name)}`);
    expect(users).toMatchObject({ users: [{ displayName: name, tier: 'free' }] });
    expect(await count('img')).toBe(0);

    const second = await browser.context.newPage();
    await second.goto(stack.platform.url + talk);
    await second.locator('.you', { hasText: 'gold' }).waitFor(slow);
    await part('.tiers li', 'John').locator('select').selectOption('platinum');
    await second.locator('.you', { hasText: 'platinum' }).waitFor(slow);
    await second.close();
  });

  test('breaks a service by a switch, shows what analytics heard, and closes its drawer', async () => {
    await part('#fault-messages').focus();
    await browser.page.keyboard.press('Space');
    await part('#platform-switch', 'Platform: 1 fault').waitFor(slow);
    expect((await fetch(`${stack.platform.url}/health`)).status).toBe(500);
    await browser.page.keyboard.press('Space');
    await part('#platform-switch', /^Platform$/).waitFor(slow);
    expect((await fetch(`${stack.platform.url}/health`)).status).toBe(200);

    await part('.heard li', 'auto_reply_sent').waitFor(slow);
    await part('.heard li', 'neutral → positive').waitFor(slow);
    await browser.page.keyboard.press('Escape');
    expect(await part('#platform').isHidden()).toBe(true);
    expect(await browser.page.evaluate('document.activeElement.id')).toBe('platform-switch');
  });
});

/** What has the focus, by its text or its label. */
const focused = () =>
  browser.page.evaluate<string>(
    `(({ tagName, ariaLabel, textContent, id }) => id || tagName + ' ' + (ariaLabel ?? textContent))(document.activeElement)`,
  );
const goesTo = (what: string) => eventually(focused, (now) => now === what, 20_000);

describe('the focus, on the chat page', () => {
  const [field, models, users] = ['TEXTAREA Message to Sophia', 'H2 Models', 'H2 Who are you?'];

  test('goes on with whoever chooses a user and a model, and goes back', async () => {
    await open('/');
    await press('.cards a', 'John');
    await goesTo(models);
    await browser.page.keyboard.press('Tab');
    await goesTo(`A ${await part('.models a').textContent()}`);
    await press('.models a', 'Sophia');
    await goesTo(field);
    await browser.page.goBack();
    await goesTo(models);
    await browser.page.goForward();
    await goesTo(field);
    await press('.you a', 'Change');
    await goesTo(users);
    await part('.cards a', 'John').click();
    await goesTo(models);
  });

  test('stays in the conversation when something is sent or tipped, when one leaves and enters', async () => {
    await open(talk);
    await part('.composer').waitFor(slow);
    await part('.write textarea').fill('Hello again');
    await part('.write button').click();
    await goesTo(field);
    await press('.tip button');
    await goesTo('BUTTON Tip');
    await press('.with button', 'Leave');
    await goesTo('BUTTON Enter again');
    await browser.page.reload();
    await press('.outside button');
    await goesTo(field);
    // Somewhere else the same user leaves.
    await stack.platform.call('POST', `/sandbox/conversations/${encodeURIComponent(`${john}:${sophia}`)}/farewells`, {
      json: { userId: john, modelId: sophia },
    });
    await goesTo('BUTTON Enter again');
    await browser.page.keyboard.press('Enter');
    await goesTo(field);
  });

  test('goes into the drawer and back, and stays on what others change', async () => {
    await press('#platform-switch');
    await goesTo('platform');
    await part('.add input[name=name]').fill('Somebody new');
    await press('.platform .add button', 'Add');
    await part('.tiers li', 'Somebody new').waitFor(slow);
    await goesTo('INPUT Name');
    // What is said about it covers nothing.
    const [page, notice] = [await part('#page').boundingBox(), await part('#notice').boundingBox()];
    expect(notice?.height).toBeGreaterThan(20);
    expect((page?.y ?? 0) + (page?.height ?? 0)).toBeLessThanOrEqual(notice?.y ?? 0);
    const isNewestSeen = `(({ scrollTop, clientHeight, scrollHeight }) => scrollTop + clientHeight >= scrollHeight - 1)(document.querySelector('.log'))`;
    await eventually(() => browser.page.evaluate<boolean>(isNewestSeen), Boolean, 20_000);
    await press('.platform header button');
    await goesTo('platform-switch');

    await part('.models a', 'Elena').focus();
    await stack.platform.call('PUT', `/sandbox/users/${john}`, { json: { tier: 'silver' } });
    await part('.you', 'silver').waitFor(slow);
    await goesTo('A Elena');
    await open('/');
    await part('.cards a', 'Amira').waitFor(slow);
    await part('.cards a', 'Amira').focus();
    const before = await focused();
    await stack.platform.call('POST', '/sandbox/users', { json: { displayName: 'Late guest', tier: 'free' } });
    await part('.cards a', 'Late guest').waitFor(slow);
    expect(await focused()).toBe(before);
  });
});

const faultsOf = (options: string) =>
  browser.page.evaluate(
    `${axe}; axe.run(${options}).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 200)]))`,
  );

describe('the chat page', () => {
  const places = [
    ['who one can be', '/', '.cards a', false],
    ['the models', `/?user=${john}`, '.models a', false],
    ['a conversation', talk, '.message.theirs', false],
    ['the platform beside it', talk, '.heard li .meta', true],
  ] as const;
  test.each(places)(
    'has no fault that axe finds, light or dark, and is never scrolled sideways: %s',
    async (_what, place, whole, withPlatform) => {
      const { page } = browser;
      for (const width of [1280, 320]) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme: 'light' });
        await open(place);
        if (withPlatform) await part('#platform-switch').click();
        await part(whole).waitFor({ state: 'visible', ...slow });
        expect([width, await faultsOf('{}')]).toEqual([width, []]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        await page.emulateMedia({ colorScheme: 'dark' });
        expect([width, await faultsOf("{ runOnly: ['color-contrast'] }")]).toEqual([width, []]);
      }
    },
  );

  test('asks nobody but the sandbox and the mood API, and does nothing that its policy forbids', () => {
    const hosts = new Set(browser.asked.filter((url) => url.startsWith('http')).map((url) => new URL(url).origin));
    expect([...hosts].toSorted()).toEqual([stack.api.url, stack.platform.url].toSorted());
    expect(browser.complaints).toEqual([]);
    expect(errors).toEqual([]);
  });
});
