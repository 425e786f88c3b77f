import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '@mood/testing/eventually';
import { sealSession } from '@mood/testing/panel-client';
import type { Model } from '@mood/testing/stack';
import { startPanel } from './panel.fixture.ts';
import type { PanelUnderTest, Visitor } from './panel.fixture.ts';

const timeZone = 'Asia/Kathmandu';
const hostileName = '<img src=x onerror=alert(1)>\u202E {{userName}} "><b>Eve</b>';
/** Who is signed in. */
const robin = 'c0000000-0000-4000-8000-000000000001';
const analytics = '/api/v1/admin/mood/analytics';

let panel: PanelUnderTest;
let admin: Visitor;
let token: string;
let sophia: Model;
let elena: Model;
beforeAll(async () => {
  panel = await startPanel();
  const { stack } = panel;
  [token, sophia, elena] = await Promise.all([stack.platform.token('admin'), stack.createModel(), stack.createModel()]);
  for (const [model, moodState] of [
    [sophia, 'negative'],
    [sophia, 'positive'],
    [elena, 'negative'],
  ] as const)
    await stack.api.post('/api/v1/mood/update', { moodState, customMessage: 'Come and say hi!' }, model.token);
  await stack.api.post('/api/v1/mood/update', { moodState: 'positive', customMessage: 'me@example.org' }, elena.token);
  await stack.database.query(
    `INSERT INTO abuse_alerts (id, model_id, rule, threshold, count, peak, opened_at, last_seen_at)
      VALUES ('${randomUUID()}', '${elena.id}', 'content_refusals', 10, 12, 15, now(), now())`,
  );
  const { ids }: any = await stack.platform.call('POST', '/sandbox/performers', { json: { count: 1, displayName: hostileName } });
  await stack.database.query(
    `INSERT INTO abuse_alerts (id, model_id, rule, threshold, count, peak, opened_at, last_seen_at, acknowledged_at, acknowledged_by, note)
      VALUES ('${randomUUID()}', '${ids[0]}', 'changes', 10, 12, 15, now(), now(), now(), '${robin}', 'Looked at it.')`,
  );
  admin = await panel.signIn('Robin (moderation)', { expected: [/status of 409/] });
});
afterAll(() => panel?.stop());

/** The period that the page shows, as the API takes it. */
function shownPeriod(): { from: string; to: string; timeZone: string } {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone }).format(new Date());
  const day = (days: number) => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);
  return { from: day(-6), to: day(1), timeZone };
}

async function ask(path: string, query: Record<string, string>) {
  const { status, body } = await panel.stack.api.get(`${path}?${new URLSearchParams(query).toString()}`, token);
  expect(status).toBe(200);
  return body;
}

const shown = (name: string) => admin.page.locator(`[data-metric=${name}] a`).first();

describe('the numbers of the overview', () => {
  const query = () => ({ metric: 'changes', groupBy: 'changed_by', interval: 'day', ...shownPeriod() });

  test('are those of the API, and lead to the rows behind them', async () => {
    await admin.open(`/?range=7d&zone=${timeZone}`);
    // What was refused is written down in turns.
    await until(async () => {
      const { metrics } = await ask(`${analytics}/summary`, shownPeriod());
      return metrics.some(({ name, value }: any) => name === 'content_refusals' && value === 1);
    });
    await admin.page.reload();
    await shown('changes').waitFor();
    const { metrics } = await ask(`${analytics}/summary`, shownPeriod());
    const whole = metrics.filter(({ unit, value }: any) => !['share', 'seconds', 'score'].includes(unit) && Number.isInteger(value));
    const names: string[] = whole.map(({ name }: any) => name);
    const texts: string[] = [];
    for (const name of names.filter((name) => !/^replies_|moods_now/.test(name))) texts.push(`${name} ${await shown(name).innerText()}`);
    expect(texts).toEqual(
      whole
        .filter(({ name }: any) => !/^replies_|moods_now/.test(name))
        .map(({ name, value }: any) => `${name} ${value.toLocaleString('en-GB')}`),
    );
    expect(texts).toEqual(expect.arrayContaining(['changes 3', 'content_refusals 1', 'moods_active 2']));

    await shown('changes').press('Enter');
    await admin.page.locator('tbody tr').nth(2).waitFor();
    expect(await admin.page.locator('tbody tr').count()).toBe(3);
  });

  test('stand in the table and in the CSV as in the API', async () => {
    const { page } = admin;
    await admin.open(`/?range=7d&zone=${timeZone}`);
    const card = page.locator('#changes');
    await card.getByRole('button', { name: 'Show as table' }).click();
    await card.locator('tbody tr').nth(6).waitFor();
    const table = await card
      .locator('tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => [
          row.querySelector('time')?.dateTime ?? '',
          ...[...row.querySelectorAll('td')].slice(1).map((cell) => cell.textContent),
        ]),
      );
    const [file] = await Promise.all([page.waitForEvent('download'), card.getByRole('button', { name: 'Save as CSV' }).click()]);
    const [comment = '', header = '', ...lines] = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n');
    const { rows } = await ask(`${analytics}/series`, query());

    const valueOf = (start: string, group: string) => rows.find((row: any) => row.start === start && row.group === group)?.value;
    expect(table.toReversed()).toEqual(
      [...new Set<string>(rows.map(({ start }: any) => start))].map((start) => [
        start,
        ...['model', 'system', 'admin'].map((group) => String(valueOf(start, group))),
      ]),
    );
    expect([comment, header]).toEqual([expect.stringMatching(/^# changes by day/), `start,end,start (${timeZone}),group,value`]);
    const cells = lines.map((line) => line.split(','));
    expect(cells.map(([start, end, , group, value]) => [start, end, group, value])).toEqual(
      rows.map(({ start, end, group, value }: any) => [start, end, group, String(value)]),
    );
  });

  test('of moods now and over time say which models they are of: they are not the same', async () => {
    const { page } = admin;
    // Known here, and neutral for users, without ever having set a mood.
    await panel.stack.createModel();
    const { from, to } = shownPeriod();
    const asked = { metric: 'moods_now', groupBy: 'state', interval: 'day', from, to, timeZone };
    const today = (rows: any[]) => rows.filter(({ start }) => start === rows.at(-1).start);
    await until(async () => {
      const [{ rows }, { metrics }] = await Promise.all([ask(`${analytics}/series`, asked), ask(`${analytics}/summary`, shownPeriod())]);
      const known = metrics.find(({ name }: any) => name === 'models_known').value;
      const counts = today(rows).map(({ group, value }) => [group, value]);
      return Object.fromEntries(counts).neutral > 0 && counts.reduce((sum, [, value]) => sum + value, 0) === known;
    });
    await admin.open(`/?range=7d&zone=${timeZone}`);
    await page.locator('#moods').getByText('Of models that have set a mood at least once').waitFor();
    await page.getByText('Of all models known here: who has never set a mood is neutral for users').waitFor();
    const definitions = (await ask(`${analytics}/metrics`, {})).metrics;
    const definitionOf = (name: string) => definitions.find((metric: any) => metric.name === name).definition;
    expect(definitionOf('state_time_share')).toContain('Models that never set a mood are not in it');
    expect(definitionOf('moods_now')).toContain('so is a model that never set one, which the time in each mood leaves out');
  });

  test('are explained on focus, and read out by the arrow keys', async () => {
    const { page } = admin;
    await admin.open(`/?range=7d&zone=${timeZone}`);
    await page.locator('[data-metric=changes] button').focus();
    await page.getByRole('tooltip').filter({ hasText: 'Changes by models, by administrators', visible: true }).waitFor();
    await page.keyboard.press('Escape');
    await page
      .getByRole('tooltip')
      .filter({ hasText: 'Changes by models, by administrators', visible: true })
      .waitFor({ state: 'detached' });

    const cursor = page.locator('#changes').getByRole('slider');
    await cursor.focus();
    await page.keyboard.press('End');
    expect(await cursor.getAttribute('aria-valuetext')).toMatch(/: By the model 3, By the system \(ends\) 0, By an administrator 0$/);
    await page.keyboard.press('Home');
    expect(await cursor.getAttribute('aria-valuetext')).toMatch(/By the model 0/);
  });

  test('are said to need a scope to who lacks it', async () => {
    const { stack, browser } = panel;
    const access = await stack.platform.token('admin', randomUUID(), { scope: 'mood:override' });
    const context = await browser.newContext();
    const value = await sealSession(stack.env['SESSION_KEYS'] ?? '', { access });
    await context.addCookies([{ name: 'mood', value, url: stack.api.url }]);
    const page = await context.newPage();
    await page.goto(`${stack.api.url}/panel/`);
    await page.getByText('These numbers are not for your account').waitFor();
    await page.getByText('Texts refused for their content').waitFor();
    await context.close();
  });
});

test('filters of the models survive Back and reload', async () => {
  const { page } = admin;
  await admin.open('/models');
  const rows = page.locator('tbody tr');
  await until(async () => (await rows.count()) === 2);
  await page.getByLabel('Mood', { exact: true }).selectOption('negative');
  await until(async () => (await rows.count()) === 1);
  await page.getByLabel('Last changed by').selectOption('admin');
  await page.getByText('No models').waitFor();
  await page.goBack();
  await until(async () => (await rows.count()) === 1);
  await page.reload();
  await until(async () => (await rows.count()) === 1);
  expect(await page.getByLabel('Mood', { exact: true }).inputValue()).toBe('negative');
});

test('an override with a hold is recorded, shown and taken back, by keyboard alone', async () => {
  const { page } = admin;
  await admin.open(`/models/${elena.id}`);
  await page.getByLabel('What it is about').selectOption('inappropriate_message');
  await page.getByRole('button', { name: 'Offers meetings in the message' }).press('Enter');
  await page.getByLabel('Hold the mood').selectOption('60');
  await page.getByText('because its message was inappropriate. It was negative and is neutral now.').waitFor();
  await page.getByRole('button', { name: 'Override', exact: true }).press('Enter');
  await page.getByText('Recorded: change 2 of this model').waitFor();
  await page.getByRole('region', { name: 'What the model was told' }).getByText('It was negative and is neutral now.').waitFor();

  const own = await panel.stack.api.get('/api/v1/mood/me', elena.token);
  expect(own.body).toMatchObject({ mood: { moodState: 'neutral', customMessage: null }, heldUntil: expect.any(String) });
  const audit = await ask('/api/v1/admin/mood/audit', { modelId: elena.id, limit: '1' });
  expect(audit.entries).toMatchObject([{ version: 2, changedBy: 'admin', adminReason: 'Offers meetings in the message' }]);

  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  await page.getByText('Recorded: change 3 of this model').waitFor();
  const after = await panel.stack.api.get('/api/v1/mood/me', elena.token);
  expect(after.body).toMatchObject({ mood: { moodState: 'negative', customMessage: 'Come and say hi!' }, heldUntil: null });

  await page.getByRole('link', { name: 'Open it in the audit log' }).press('Enter');
  await page.getByRole('dialog').waitFor();
  expect(new URL(page.url()).searchParams.get('open')).toBe(`${elena.id}.3`);
});

test('a flag is switched off after a question, and nobody’s change is lost', async () => {
  const { page } = admin;
  const { api } = panel.stack;
  const card = page.locator('[data-flag="auto-replies.send"]');
  await admin.open('/flags');
  await card.getByRole('button', { name: 'Change: Automatic replies' }).press('Enter');
  await page.getByLabel('For nobody').check();
  await page.getByLabel('Why').fill('Replies arrive twice');
  const theirs = { percentage: 10, reason: 'A tenth first' };
  expect((await api.call('PUT', '/api/v1/admin/mood/flags/auto-replies.send', { json: theirs, token })).status).toBe(200);
  await page.getByRole('button', { name: 'Switch off for everybody: Automatic replies' }).press('Enter');
  await page.getByText('Their reason: “A tenth first”').waitFor();
  await page.getByRole('button', { name: 'Change it from there' }).press('Enter');
  await page.getByLabel('For nobody').check();
  await page.getByRole('button', { name: 'Switch off for everybody: Automatic replies' }).press('Enter');
  await card.getByText('Off for everybody.').waitFor();
  const { flags } = await ask('/api/v1/admin/mood/flags', {});
  expect(flags.find(({ key }: any) => key === 'auto-replies.send')).toMatchObject({
    state: 'off',
    version: 2,
    reason: 'Replies arrive twice',
  });

  // What lies under the words of a toast can be clicked.
  const isOverWords = `(() => {
    const toast = [...document.querySelectorAll('[role=status] button')].at(-1).parentElement;
    const { left, top, width, height } = toast.firstElementChild.getBoundingClientRect();
    return toast.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  })()`;
  expect(await page.evaluate(isOverWords)).toBe(false);
  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  await card.getByText('On for 10% of all, by their ID. Off for everybody else.').waitFor();
  await card.getByRole('button', { name: 'History of Automatic replies' }).press('Enter');
  await until(async () => (await card.locator('tbody tr').count()) === 3);
});

test('lists name people, whatever their names are made of, and ask for all names at once', async () => {
  const { page } = admin;
  const asked: string[] = [];
  const note = (request: { url(): string }) => void (request.url().includes('/people?') && asked.push(request.url()));
  page.on('request', note);
  await admin.open('/alerts?status=all');
  const link = page.getByRole('link', { name: /Eve/ });
  await link.waitFor();
  page.off('request', note);
  expect([await link.textContent(), asked.length]).toEqual([expect.stringMatching(/^[^<\u202E]*Eve/), 1]);
  await page.locator('tbody tr').filter({ has: link }).getByText('Robin (moderation)').waitFor();
  expect(await page.locator('main img, main b').count()).toBe(0);
});

test('an alert is acknowledged with a note', async () => {
  const { page } = admin;
  await admin.open('/alerts');
  await page.getByRole('button', { name: `Acknowledge: Texts refused for their content, ${elena.id}` }).press('Enter');
  await page.getByLabel('What you found or did').fill('Talked to her about links.');
  await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).press('Enter');
  await page.getByText('No alerts').waitFor();
  await page.getByLabel('State').selectOption('acknowledged');
  await page.getByText('“Talked to her about links.”').waitFor();
});

test.each([
  [() => `/?range=7d&zone=${timeZone}`, '#changes canvas'],
  [() => '/models', 'tbody tr'],
  [() => `/models/${elena.id}`, 'tbody tr'],
  [() => '/alerts?status=all', 'tbody tr'],
  [() => '/flags?history=auto-replies.send', 'tbody tr'],
])('page %# keeps the rules', async (path, ready) => {
  await admin.check(path(), ready);
});

test('an address that is no page is answered with one to people, and in JSON to programs', async () => {
  const { browser, stack } = panel;
  const page = await browser.newPage();
  const answered = async (path: string) => {
    const answer = await page.goto(`${stack.api.url}/panel${path}`);
    return [answer?.status(), answer?.headers()['x-frame-options']];
  };
  expect(await answered('/nothing')).toEqual([404, 'DENY']);
  for (const [path, status] of [
    ['/%', 400],
    ['/assets/nothing.js', 404],
  ] as const) {
    expect([path, ...(await answered(path))]).toEqual([path, status, 'DENY']);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  }
  expect(await stack.api.get('/panel/%')).toMatchObject({ status: 400, body: { error: 'INVALID_REQUEST' } });
  expect(await stack.api.get('/panel/api')).toMatchObject({ status: 404, body: { error: expect.any(String) } });
  await page.close();
});
