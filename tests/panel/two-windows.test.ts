import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from '@mood/testing/browser';
import { until } from '@mood/testing/eventually';
import { waitedForProcessorMs } from '@mood/testing/processor-time';
import { tabTo } from './keyboard.ts';
import type { Locator } from './keyboard.ts';
import { startPanel } from './panel.fixture.ts';
import type { PanelUnderTest, Visitor } from './panel.fixture.ts';

/** Of the sandbox's people, who are there from its start: a model and a user for each way to do it. */
const people = {
  mouse: { model: 'Sophia', modelId: 'a0000000-0000-4000-8000-000000000001', user: 'John' },
  keyboard: { model: 'Elena', modelId: 'a0000000-0000-4000-8000-000000000002', user: 'Amira' },
} as const;
const waitMs = 60_000;
/** Within this time one window shows what was done in another; on a busy machine as much later as our processes have waited. */
const atOnceMs = 1_000;
const delaySeconds = 5;

let panel: PanelUnderTest;
let admin: Visitor;
beforeAll(async () => {
  panel = await startPanel();
  admin = await panel.signIn('Robin (moderation)');
  admin.page.setDefaultTimeout(waitMs);
});
afterAll(() => panel?.stop());

describe.each(['mouse', 'keyboard'] as const)('two windows side by side, by %s alone', (way) => {
  const who = people[way];
  let model: Page;
  let user: Page;
  beforeAll(async () => {
    model = (await panel.signIn(who.model)).page;
    // A browser of its own: whoever signs in there has nothing to do with the model.
    user = (await panel.openWindow()).page;
    for (const page of [model, user]) page.setDefaultTimeout(waitMs);
  });

  async function act(what: Locator, key = 'Enter'): Promise<void> {
    if (way === 'mouse') return what.click();
    await tabTo(what);
    await what.page().keyboard.press(key);
  }

  async function write(what: Locator, text: string): Promise<void> {
    await act(what, 'Control+A');
    await what.page().keyboard.press('Control+A');
    await what.page().keyboard.type(text);
  }

  /** One of a group, of which the chosen one, or the first, is reached by Tab. @param key of the arrow that leads there. */
  async function choose(page: Page, name: string, key: string): Promise<void> {
    const radio = page.getByRole('radio', { name, exact: true });
    if (way === 'mouse') return page.locator('label', { has: radio }).click();
    const group = page.locator('fieldset, [role=radiogroup]').filter({ has: radio });
    for (let steps = 0; steps < 80 && (await group.locator(':focus').count()) === 0; steps += 1) await page.keyboard.press('Tab');
    for (let steps = 0; steps < 10 && !(await radio.isChecked()); steps += 1) await page.keyboard.press(key);
    expect(await radio.isChecked()).toBe(true);
  }

  /** One of a list, which opens outside of the page for a mouse. */
  async function pick(list: Locator, value: string): Promise<void> {
    if (way === 'mouse') return void (await list.selectOption(value));
    await tabTo(list);
    for (let steps = 0; steps < 10 && (await list.inputValue()) !== value; steps += 1) await list.page().keyboard.press('ArrowDown');
    expect(await list.inputValue()).toBe(value);
  }

  const word = () =>
    user.evaluate<string>(`document.querySelector('.with mood-badge')?.shadowRoot?.querySelector('[part=word]')?.textContent ?? ''`);
  const shows = (mood: string) => until(async () => (await word()) === mood, waitMs);

  test('a model sets her mood, and a user sees it at once, writes, and is answered when she said', async () => {
    await user.goto(panel.stack.platform.url);
    await act(user.locator('.cards a', { hasText: who.user }).first());
    await act(user.locator('.models a', { hasText: who.model }).first());
    await shows('Neutral');

    await model.goto(`${panel.stack.api.url}/panel/`);
    await act(model.getByRole('button', { name: 'I accept', exact: true }));
    await choose(model, 'Positive', 'ArrowLeft');
    await write(model.getByRole('textbox', { name: 'A message beside your mood' }), 'Feeling great today!');
    const replies = model.getByRole('switch', { name: 'Answer for me' });
    await (way === 'mouse' ? model.locator('label', { has: replies }).click() : act(replies, 'Space'));
    await write(model.getByRole('spinbutton', { name: 'Answer after' }), String(delaySeconds));
    await act(model.getByRole('button', { name: 'Save', exact: true }));
    const elapsed = panel.startClock();
    await shows('Positive');
    expect(elapsed()).toBeLessThan(atOnceMs);
    await model.getByText('Saved. Users see you as positive now.').waitFor();
    expect(await user.locator('.with .mood-message').textContent()).toBe('“Feeling great today!”');

    await write(user.locator('.write textarea'), 'Hello!');
    const waitedBefore = waitedForProcessorMs(panel.stack.pids);
    await act(user.locator('.write button'));
    await user.locator('.waiting.typing', { hasText: /automatic reply (in \d s|is due)/ }).waitFor();
    const reply = user.locator('.message.theirs', { hasText: 'Automatic reply' });
    expect(await reply.locator('.text').textContent()).toContain(who.user);
    const at = async (what: Locator) => Date.parse((await what.locator('time').first().getAttribute('datetime')) ?? '');
    const answeredAfter = (await at(reply)) - (await at(user.locator('.message.mine')));
    expect(answeredAfter).toBeGreaterThanOrEqual(delaySeconds * 1_000);
    expect(answeredAfter).toBeLessThan((delaySeconds + 2) * 1_000 + waitedForProcessorMs(panel.stack.pids) - waitedBefore);
  });

  test('the mood ends, and the badge turns neutral by itself at that instant', async () => {
    const endsAt = Date.now() + 6_000;
    const mood = { moodState: 'positive', customMessage: 'Not for long', expiresAt: new Date(endsAt).toISOString() };
    const token = await panel.stack.platform.token('model', who.modelId);
    expect((await panel.stack.api.post('/api/v1/mood/update', mood, token)).status).toBe(200);
    await until(async () => (await user.locator('.with .mood-message').textContent()) === '“Not for long”', waitMs);
    expect(await word()).toBe('Positive');
    const [leftMs, elapsed] = [endsAt - Date.now(), panel.startClock()];
    await shows('Neutral');
    expect(Date.now()).toBeGreaterThanOrEqual(endsAt);
    expect(elapsed()).toBeLessThan(leftMs + atOnceMs);
  });

  test('an administrator overrides it with a hold, and her page says so at once', async () => {
    const { page } = admin;
    await admin.open(`/models/${who.modelId}`);
    await choose(page, 'Negative', 'ArrowRight');
    await pick(page.getByLabel('What it is about'), 'inappropriate_message');
    await act(page.getByRole('button', { name: 'Offers meetings in the message' }));
    await pick(page.getByLabel('Hold the mood'), '60');
    await act(page.getByRole('button', { name: 'Override', exact: true }));
    const elapsed = panel.startClock();
    await model.getByText(/change is held\. You can set your mood again at \d\d:\d\d/).waitFor();
    expect(elapsed()).toBeLessThan(atOnceMs);
    await model.getByText('An administrator changed your mood.').first().waitFor();
    await page.getByText('Recorded: change').waitFor();
    await shows('Negative');
  });
});

test('nothing was forbidden, failed or complained of', () => {
  panel.expectNoComplaints();
});
