import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '@mood/testing/eventually';
import { isFocused, tabTo } from './keyboard.ts';
import type { Locator } from './keyboard.ts';
import { startPanel } from './panel.fixture.ts';
import type { PanelUnderTest, Visitor } from './panel.fixture.ts';

type Page = Visitor['page'];

/** Of the sandbox's people, who are there from its start. */
const sophia = 'a0000000-0000-4000-8000-000000000001';
const typed = 'Feeling <b>great</b> & <img src=x onerror=alert(1)> {{userName}}';
const hostileName = '<img src=x onerror=alert(1)>{{modelName}} "><b>Eve</b> & &lt;i&gt; <3';
/** Within this time every window shows what somebody else has changed; on a busy machine as much later as our processes have waited. */
const atOnceMs = 1_000;
/** What a test provokes here: a refused message, the rate limit, the end of the session, a flag that is off, no network. */
const expected = [/status of (400|401|403|409|429)/, /ERR_INTERNET_DISCONNECTED/];

let panel: PanelUnderTest;
let model: Visitor;
let page: Page;
let tokens: Record<'model' | 'user' | 'admin' | 'service', string>;
beforeAll(async () => {
  panel = await startPanel();
  const { platform } = panel.stack;
  model = await panel.signIn('Sophia', { expected });
  page = model.page;
  page.setDefaultTimeout(12_000);
  const [own, user, admin, service] = await Promise.all([
    platform.token('model', sophia),
    platform.token('user'),
    platform.token('admin'),
    platform.token('service', undefined, { scope: 'mood:render' }),
  ]);
  tokens = { model: own, user, admin, service };
});
afterAll(() => panel?.stop());

const api = () => panel.stack.api;
const moodNow = async () => (await api().get(`/api/v1/mood/${sophia}`, tokens.user)).body;
const override = async (more: object) => {
  const body = { reason: 'The message named another site.', reasonCode: 'inappropriate_message', ...more };
  expect(await api().post(`/api/v1/admin/mood/${sophia}/update`, body, tokens.admin)).toMatchObject({ status: 200 });
};

const message = (on = page) => on.getByRole('textbox', { name: 'A message beside your mood' });
const button = (name: string, on = page) => on.getByRole('button', { name, exact: true });
const seenAs = (state: string, on = page) => on.locator('header p').filter({ hasText: `Users see you as ${state}` });
async function pressOn(what: Locator): Promise<void> {
  await tabTo(what);
  await page.keyboard.press('Enter');
}

test('a model accepts the terms and sets her mood by keyboard alone, and what she was shown is what users read', async () => {
  await model.open('/');
  await pressOn(button('I accept'));
  const neutral = page.getByRole('radio', { name: 'Neutral' });
  await until(() => isFocused(neutral));
  await page.keyboard.press('ArrowLeft');
  await tabTo(message());
  await page.keyboard.type(typed);
  await tabTo(page.getByRole('switch', { name: 'Answer for me' }));
  await page.keyboard.press('Space');
  await tabTo(page.getByRole('spinbutton', { name: 'Answer after' }));
  await page.keyboard.press('Control+A');
  await page.keyboard.type('5');
  await tabTo(page.getByRole('radio', { name: 'No end' }));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  expect(await page.getByRole('radio', { name: '1 h', exact: true }).isChecked()).toBe(true);
  await page.getByText('Users will not see: <b>').waitFor();
  const [badge, greeting] = await Promise.all([page.locator('dd q').textContent(), page.locator('[data-type=greeting]').textContent()]);

  await pressOn(button('Save'));
  await page.getByText('Saved. Users see you as positive now.').waitFor();
  const saved = await moodNow();
  expect(saved).toMatchObject({ moodState: 'positive', customMessage: badge, autoRespond: true, responseDelay: 5, updatedBy: 'model' });
  expect(badge).toMatch(/^Feeling great & \s*\{\{userName\}\}$/);
  expect(Date.parse(saved.expiresAt) - Date.now()).toBeGreaterThan(3_500_000);
  const asked = { modelId: sophia, templateType: 'greeting', userTier: 'free', variables: { userName: 'John123' } };
  expect(greeting).toBe((await api().post('/api/v1/mood/template/render', asked, tokens.service)).body.renderedMessage);
  expect(await message().inputValue()).toBe(badge);
  expect(await button('Save').isDisabled()).toBe(true);
});

test('a page that is printed has the whole paper', async () => {
  await page.emulateMedia({ media: 'print' });
  const box = await page.locator('main').boundingBox();
  expect(box?.width).toBe(page.viewportSize()?.width);
  await page.emulateMedia({ media: 'screen' });
});

test('what was done can be taken back, and an end be put off', async () => {
  const before = await moodNow();
  await page.getByRole('radio', { name: 'Negative' }).press('Space');
  await message().fill('');
  await button('Save').click();
  await seenAs('Negative').waitFor();
  await page.getByText('Saved. Users see you as negative now.').waitFor();
  await button('Undo').last().press('Enter');
  await page.getByText('Taken back.').waitFor();
  const { lastUpdated: _, ...settings } = before;
  expect(await moodNow()).toMatchObject(settings);
  // The button that was pressed has gone with its toast.
  await until(async () => (await page.locator('main :focus').count()) === 1);

  await button('Extend').press('Enter');
  await button('1 h more').press('Enter');
  await page.getByText(/Your mood ends at .* \(in (2 hrs|1 hr 59 mins)/).waitFor();
  await until(async () => Date.parse((await moodNow()).expiresAt) - Date.parse(before.expiresAt) === 3_600_000);
});

/** In pixels of the window. */
interface Box {
  top: number;
  bottom: number;
  left: number;
  right: number;
  width: number;
  height: number;
}

test('a toast covers nothing: it stands below the navigation, and on a narrow screen what has the focus is scrolled above it', async () => {
  /** Where the toasts begin, and what of the page is beside or above them. */
  const places = () =>
    page.evaluate<{ toasts: Box; main: Box; side: number; focused: Box; end: number }>(`(() => {
      const [main, side] = [document.querySelector('main'), document.querySelector('header[data-noprint]')];
      const box = (one) => one.getBoundingClientRect().toJSON();
      const focused = box(document.activeElement);
      const toasts = box([...document.querySelectorAll('[role=status] button')].at(-1).closest('[role=status]'));
      const top = scrollY;
      scrollTo(0, document.documentElement.scrollHeight);
      const end = Math.max(...[...main.querySelectorAll('*')].map((one) => one.getBoundingClientRect().bottom));
      scrollTo(0, top);
      return { toasts, main: box(main), side: side.getBoundingClientRect().top + side.clientTop + side.clientHeight, focused, end };
    })()`);
  const save = async (mood: string) => {
    await page.getByRole('radio', { name: mood }).press('Space');
    await button('Save').press('Enter');
    await page.getByText(`Users see you as ${mood.toLowerCase()} now.`).waitFor();
  };
  try {
    for (const height of [900, 420]) {
      await page.setViewportSize({ width: 1280, height });
      await save(height === 900 ? 'Negative' : 'Neutral');
      const { toasts, main, side } = await places();
      expect([height, toasts.height > 40, toasts.bottom <= height, main.left >= toasts.right, side <= toasts.top]).toEqual([
        height,
        true,
        true,
        true,
        true,
      ]);
    }
    await page.setViewportSize({ width: 320, height: 640 });
    await page.getByRole('radio', { name: 'Negative' }).press('Space');
    // The lowest that the button can be.
    await button('Save').evaluate((one) => one.scrollIntoView({ block: 'end' }));
    await button('Save').press('Enter');
    await page.getByText('Users see you as negative now.').last().waitFor();
    const { toasts, focused, end } = await places();
    expect([focused.bottom <= toasts.top, end <= toasts.top, toasts.width]).toEqual([true, true, 320]);
  } finally {
    await page.setViewportSize({ width: 1280, height: 900 });
  }
  await save('Positive');
});

test('a message that is refused is explained while it is typed, and at its field when it is saved', async () => {
  await message().fill('write to insta: anna_x');
  await page.getByText('("insta: anna_x")').waitFor();
  await Promise.all([page.waitForResponse((answer) => answer.status() === 400), button('Save').press('Enter')]);
  await until(() => isFocused(message()));
  await page.getByText('("insta: anna_x")').waitFor();
  expect(await message().inputValue()).toBe('write to insta: anna_x');
  await button('Discard changes').click();
});

test('an administrator’s change is seen at once in every tab, and never overwrites what is being typed', async () => {
  const other = await model.context.newPage();
  await other.goto(page.url());
  await seenAs('Positive', other).waitFor();
  await message().fill('Half a sen');
  const elapsed = panel.startClock();
  await override({ moodState: 'negative', customMessage: '<script>alert(1)</script> Back at nine', holdMinutes: 30 });
  await Promise.all([page, other].map((tab) => seenAs('Negative', tab).waitFor()));
  expect(elapsed()).toBeLessThan(atOnceMs);
  await page.getByText('Your mood was changed meanwhile. An administrator made it negative.').waitFor();
  await page.getByText(/change is held\. You can set your mood again at \d\d:\d\d .* \(in (30|29) mins/).waitFor();
  await other.getByText('An administrator changed your mood. It was positive and is negative now.').waitFor();
  expect([await message().inputValue(), await button('Save').isDisabled()]).toEqual(['Half a sen', true]);
  expect(await message(other).inputValue()).toMatch(/Back at nine$/);

  await override({ moodState: 'neutral', holdMinutes: 0 });
  await seenAs('Neutral').waitFor();
  await until(() => button('Save').isEnabled());
  await button('Save').click();
  await seenAs('Positive', other).waitFor();
  expect(await moodNow()).toMatchObject({ customMessage: 'Half a sen' });
  await other.close();
});

test('the end of a hold is told at once, asks nothing of who is typing, and stands in the history as it was', async () => {
  await override({ moodState: 'neutral', customMessage: 'Back at nine', holdMinutes: 30 });
  await page.getByText(/change is held\. You can set your mood again/).waitFor();
  await message().fill('While I wait');
  const elapsed = panel.startClock();
  await override({ moodState: 'neutral', customMessage: 'Back at nine', holdMinutes: 0 });
  const told = 'An administrator has ended the hold: you can change your mood again. It was neutral and still is.';
  await page.getByRole('status').filter({ hasText: told }).waitFor();
  expect(elapsed()).toBeLessThan(atOnceMs);
  expect(await page.getByText('Your mood was changed meanwhile.').count()).toBe(0);
  expect(await message().inputValue()).toBe('While I wait');
  await button('Save').click();
  await page.getByText('Saved. Users see you as neutral now.').last().waitFor();
  expect((await moodNow()).customMessage).toBe('While I wait');
  await model.open('/history');
  await page
    .getByText(/^held until .*; planned until /)
    .first()
    .waitFor();
  await model.open('/');
});

test('who chooses a recent mood by keyboard goes on at the message', async () => {
  const recent = page.getByRole('region', { name: 'Recent moods' }).getByRole('button');
  await recent.first().press('Enter');
  await page
    .getByText(/^Saved\. Users see you as \w+ now\.$/)
    .last()
    .waitFor();
  await until(() => isFocused(message()));
  await button('Undo').last().press('Enter');
  await page.getByText('Taken back.').last().waitFor();
  await until(async () => (await page.locator('main :focus').count()) === 1);
});

test('a session that ends in the middle of a sentence loses no word of it', async () => {
  await message().fill('This took me long to wri');
  await model.context.clearCookies();
  // Whatever asks first notices it; the next letter makes the preview ask.
  await page.keyboard.type('t');
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.waitFor();
  const [tab] = await Promise.all([model.context.waitForEvent('page'), dialog.getByRole('link', { name: 'Sign in again' }).click()]);
  await tab.getByRole('link', { name: 'Sophia' }).click();
  await tab.getByRole('heading', { name: 'You are signed in' }).waitFor();
  await tab.close();
  await dialog.waitFor({ state: 'hidden' });
  const kept = await message().inputValue();
  expect(kept).toMatch(/^This took me long to writ?$/);
  await button('Save').click();
  await until(async () => (await moodNow()).customMessage === kept);
});

test('what she has typed and not saved is there again after another page and a reload, until she discards it', async () => {
  const saved = await message().inputValue();
  await message().fill('Half of a thou');
  await page.getByRole('link', { name: 'Replies' }).click();
  await page.getByRole('heading', { name: 'Replies', level: 1 }).waitFor();
  await page.goBack();
  await page.getByText(/^Your draft of .* is back\. It is not saved\.$/).waitFor();
  await page.reload();
  await page.getByText(/^Your draft of .* is back/).waitFor();
  expect(await message().inputValue()).toBe('Half of a thou');
  expect(JSON.stringify(await page.evaluate('({ ...sessionStorage, ...localStorage })'))).not.toMatch(/token|eyJ|access|cookie/i);
  await button('Discard the draft').press('Enter');
  await page.getByText(/^Your draft of .* is back/).waitFor({ state: 'detached' });
  await until(() => isFocused(message()));
  expect(await message().inputValue()).toBe(saved);
  await page.reload();
  await message().waitFor();
  expect([await message().inputValue(), await page.getByText(/^Your draft of/).count()]).toEqual([saved, 0]);
});

test('while the platform has switched changes off, she reads so, and goes on with her words once they are on again', async () => {
  const setFlag = async (percentage: number) => {
    const json = { percentage, reason: 'An exercise' };
    expect(await api().call('PUT', '/api/v1/admin/mood/flags/moods.updates', { json, token: tokens.admin })).toMatchObject({ status: 200 });
  };
  const before = await moodNow();
  await setFlag(0);
  await message().fill('Patience is golden');
  // The switch works everywhere within a second.
  await until(async () => (await api().post('/api/v1/mood/update', { moodState: 'neutral' }, tokens.model)).status === 403);
  await button('Save').click();
  await page.getByRole('alert').filter({ hasText: 'The platform has switched changes of moods off for now.' }).waitFor();
  expect(await message().inputValue()).toBe('Patience is golden');
  await setFlag(100);
  await until(async () => {
    if (await button('Save').isEnabled()) await button('Save').click();
    return (await moodNow()).customMessage === 'Patience is golden';
  });
  expect(before.customMessage).not.toBe('Patience is golden');
});

test('without a network nothing is lost, and saving goes on when it is back', async () => {
  await message().fill('Back on the train');
  await model.context.setOffline(true);
  await button('Save').click();
  await page.getByRole('alert').filter({ hasText: 'try again when you are online' }).waitFor();
  expect(await message().inputValue()).toBe('Back on the train');
  await model.context.setOffline(false);
  await button('Save').click();
  await until(async () => (await moodNow()).customMessage === 'Back on the train');
});

test('the name of a user is text, whatever it is made of', async () => {
  const { platform } = panel.stack;
  const created: any = await platform.call('POST', '/sandbox/users', { json: { count: 1, displayName: hostileName } });
  const mood = { moodState: 'neutral', autoRespond: true, responseDelay: 0 };
  expect(await api().post('/api/v1/mood/update', mood, tokens.model)).toMatchObject({ status: 200 });
  await platform.userWrites('hostile', created.ids[0], sophia);
  await until(async () => (await platform.automatedMessages('hostile')).length === 1);
  await model.open('/replies');
  const [reply] = (await api().get('/api/v1/mood/replies', tokens.model)).body.replies;
  expect(reply.userName).toContain('Eve');
  await page.locator('main strong').getByText(reply.userName, { exact: true }).waitFor();
  expect(await page.locator('main img, main b').count()).toBe(0);
});

test('who has used up the changes of the hour reads when the next one is free, and keeps what was typed', async () => {
  const update = () => api().post('/api/v1/mood/update', { moodState: 'neutral' }, tokens.model);
  let status = 200;
  for (let changes = 0; status === 200 && changes <= 50; changes++) ({ status } = await update());
  expect(status).toBe(429);
  await model.open('/');
  await page.getByText(/All changes of this hour are used\. The next one is free at \d\d:\d\d/).waitFor();
  await message().fill('One more');
  await button('Save').click();
  await page.getByRole('alert').filter({ hasText: 'You have used all changes of this hour.' }).waitFor();
  expect([await message().inputValue(), (await moodNow()).customMessage]).toEqual(['One more', null]);
});

test('her pages keep the rules', async () => {
  await model.check('/?tier=gold', '[data-type=greeting]');
  await model.check('/history', 'tbody tr');
  await model.check('/replies', 'main h2');
  await model.check('/terms', 'main li');
  panel.expectNoComplaints();
});

test('who signs in instead of her sees nothing of hers', async () => {
  await model.open('/');
  await message().fill('For nobody else');
  await model.context.clearCookies();
  await page.keyboard.type('!');
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.waitFor();
  const [tab] = await Promise.all([model.context.waitForEvent('page'), dialog.getByRole('link', { name: 'Sign in again' }).click()]);
  await tab.getByRole('link', { name: 'Elena' }).click();
  await page.getByText('Elena, model').waitFor();
  expect(await page.locator('body').textContent()).not.toContain('Sophia');
  expect(
    await page.locator('textarea').evaluateAll((fields) => JSON.stringify(fields.map((field) => Reflect.get(field, 'value')))),
  ).not.toContain('else');
  expect(JSON.stringify(await page.evaluate('({ ...sessionStorage })'))).not.toContain('nobody');
});
