import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '@mood/testing/eventually';
import type { Model } from '@mood/testing/stack';
import { startPanel } from './panel.fixture.ts';
import type { PanelUnderTest, Visitor } from './panel.fixture.ts';

const message = '<img src=x onerror=alert(1)> Feeling great!';

let panel: PanelUnderTest;
let admin: Visitor;
let model: Model;
beforeAll(async () => {
  panel = await startPanel();
  model = await panel.stack.createModel();
  const { api, platform } = panel.stack;
  for (const moodState of ['positive', 'negative'])
    await api.post('/api/v1/mood/update', { moodState, customMessage: 'Feeling great!', autoRespond: true, responseDelay: 5 }, model.token);
  await api.post(`/api/v1/admin/mood/${model.id}/update`, { moodState: 'neutral', reason: message }, await platform.token('admin'));
  admin = await panel.signIn('Robin (moderation)');
});
afterAll(() => panel?.stop());

const accesses = () => panel.stack.database.query(`SELECT kind, filter FROM mood_audit_accesses ORDER BY created_at`);

test('an administrator finds a change by filters that Back and reload keep, and opens what is sealed on request', async () => {
  const { page } = admin;
  await admin.open('/audit');
  await page.getByLabel('Model', { exact: true }).fill(model.id);
  await page.waitForURL((url) => url.searchParams.get('modelId') === model.id);
  await page.getByLabel('Changed by').selectOption('admin');
  await until(async () => (await page.locator('tbody tr').count()) === 1);
  await page.reload();
  await until(async () => (await page.locator('tbody tr').count()) === 1);
  await page.goBack();
  await until(async () => (await page.locator('tbody tr').count()) === 3);
  await page.goForward();

  await page.getByRole('button', { name: `Open change 3 of model ${model.id}` }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('All 3 entries of this model were computed anew').waitFor();
  expect(await accesses()).toEqual([]);
  await dialog.getByRole('button', { name: 'Open what is sealed' }).press('Enter');
  await dialog.getByText(message).waitFor();
  expect(await accesses()).toMatchObject([{ kind: 'read', filter: { modelId: model.id, version: 3 } }]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

test('what no page understands of an address is said there, on every page, and can be taken out', async () => {
  const { page } = admin;
  const said = (part: string) =>
    page
      .getByRole('status')
      .filter({ hasText: `“${part}”` })
      .filter({ hasText: 'left out' });
  for (const [path, left] of [
    ['/audit?state=purple&from=yesterday&limit=abc', ['state=purple', 'from=yesterday', 'limit=abc']],
    ['/models?moodState=purple&limit=abc', ['moodState=purple', 'limit=abc']],
    ['/alerts?status=purple', ['status=purple']],
    ['/?range=abc&from=yesterday&metric=abc', ['range=abc', 'from=yesterday', 'metric=abc']],
    ['/?range=7d&from=2026-01-01&to=2026-01-31', ['from=2026-01-01', 'to=2026-01-31']],
    ['/templates?tierLevel=purple', ['tierLevel=purple']],
    ['/experiments?offset=abc', ['offset=abc']],
    ['/flags?history=abc', ['history=abc']],
    [`/models/${model.id}?from=yesterday`, ['from=yesterday']],
  ] as const) {
    await admin.open(path);
    for (const part of left) await said(part).waitFor();
  }
  await admin.open('/audit?state=purple&changedBy=admin&from=yesterday');
  await page.getByRole('button', { name: 'Take out of the address' }).press('Enter');
  await page.waitForURL((url) => url.search === '?changedBy=admin');
  await said('state=purple').waitFor({ state: 'detached' });
  await until(async () => (await page.locator('tbody tr').count()) === 1);
  await until(async () => (await page.locator('main :focus, main:focus').count()) === 1);
  await admin.open(`/audit?modelId=${model.id}&from=2026-01-01T00:00:00.000Z&open=${model.id}.3`);
  await page.getByRole('dialog').waitFor();
  expect(await page.getByText('not understood here').count()).toBe(0);
});

test('the focus stays where somebody goes on: after filters, dialogs, turned pages, and rows that leave', async () => {
  const { page } = admin;
  const { api, database, platform } = panel.stack;
  const [busy, token] = await Promise.all([panel.stack.createModel(), platform.token('admin')]);
  for (let change = 0; change < 52; change++)
    await api.post(`/api/v1/admin/mood/${busy.id}/update`, { moodState: 'neutral', reason: 'A test of long lists' }, token);
  await database.query(
    `INSERT INTO abuse_alerts (model_id, rule, threshold, count, peak, opened_at, last_seen_at) VALUES ($1, 'changes', 1, 1, 1, now(), now())`,
    [busy.id],
  );
  const isOn = (what: ReturnType<typeof page.locator>) => until(async () => (await what.and(page.locator(':focus')).count()) === 1);
  const rows = page.locator('tbody tr');

  await admin.open(`/audit?modelId=${busy.id}&changedBy=admin`);
  const open = page.getByRole('button', { name: `Open change 52 of model ${busy.id}` });
  await open.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await isOn(open);
  await page.getByRole('button', { name: 'Older' }).press('Enter');
  await until(async () => (await rows.count()) === 2);
  await until(async () => (await page.locator('tbody :focus').count()) === 1);
  await page.getByRole('button', { name: 'Newest' }).press('Enter');
  await until(async () => (await rows.count()) === 50);
  await until(async () => (await page.locator('tbody :focus').count()) === 1);
  await page.getByRole('button', { name: 'Clear the filters' }).press('Enter');
  await page.waitForURL((url) => url.search === '');
  await isOn(page.locator('search input').first());

  await admin.open(`/alerts?modelId=${busy.id}`);
  await page.getByRole('button', { name: /^Acknowledge/ }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('Looked at it');
  await dialog.getByRole('button', { name: 'Acknowledge' }).press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await until(async () => (await rows.count()) === 0);
  await until(async () => (await page.locator('main :focus').count()) === 1);
  await page.getByRole('button', { name: 'Close' }).last().press('Enter');
  await until(async () => (await page.locator('main :focus, main:focus').count()) === 1);
});

describe('while the API is away, every page has its heading, and says what it waits for', () => {
  const waitsFor = (page: Visitor['page']) => page.locator('main [role=status]').filter({ hasText: 'Loading …' }).first().waitFor();
  const heading = (page: Visitor['page'], name?: string) =>
    page.getByRole('heading', { level: 1, ...(name !== undefined && { name, exact: true }) }).waitFor();
  const silence = (visitor: Visitor, what: string) => visitor.context.route(what, () => {});
  const end = (visitor: Visitor) => visitor.context.unrouteAll({ behavior: 'ignoreErrors' });
  const expected = [/ERR_/, /status of 40\d/];

  test('also before the page itself has come', async () => {
    const visitor = await panel.signIn('Robin (moderation)', { expected });
    const { page } = visitor;
    await heading(page, 'Overview');
    await silence(visitor, '**/*');
    for (const name of ['Models', 'Templates', 'Experiments', 'Audit', 'Alerts', 'Flags']) {
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
      await heading(page, name);
      await waitsFor(page);
    }
    await end(visitor);
    await visitor.context.close();
  });

  test('also what its data are to come to', async () => {
    const paths = {
      'Robin (moderation)': `/ /models /models/${model.id} /templates /templates/${model.id} /experiments /experiments/x /audit /alerts /flags`,
      Sophia: '/ /replies /history /terms',
    };
    for (const [name, all] of Object.entries(paths)) {
      const visitor = await panel.signIn(name, { expected });
      await silence(visitor, '**/panel/api/v1/**');
      for (const path of all.split(' ')) {
        await visitor.page.goto(`${panel.stack.api.url}/panel${path}`);
        await heading(visitor.page);
        await waitsFor(visitor.page);
      }
      await end(visitor);
      await visitor.context.close();
    }
  });

  test('and a page that could not be loaded comes by itself once the API answers', async () => {
    const visitor = await panel.signIn('Robin (moderation)', { expected });
    const { page } = visitor;
    await heading(page, 'Overview');
    await visitor.context.route('**/*', (route) => route.abort('connectionrefused'));
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Alerts', exact: true }).click();
    await heading(page, 'Alerts');
    await page.getByText('The mood system cannot be reached. This page tries again by itself.').first().waitFor();
    await end(visitor);
    await page.locator('main search').waitFor();
    await visitor.context.close();
  });

  test('an address of no page, and of no model, has one too', async () => {
    const visitor = await panel.signIn('Robin (moderation)', { expected: [/status of 404/] });
    await visitor.open('/nowhere');
    await heading(visitor.page, 'There is no such page');
    await visitor.open('/models/sophia');
    await heading(visitor.page, 'This is not the ID of a model');
    await visitor.context.close();
  });
});

test('the page keeps the rules', async () => {
  await admin.check(`/audit?modelId=${model.id}`, 'tbody tr');
  await admin.check(`/audit?open=${model.id}.3`, '[role=dialog] table');
  panel.expectNoComplaints();
});
