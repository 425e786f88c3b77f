import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '@mood/testing/eventually';
import { sealSession } from '@mood/testing/panel-client';
import { saveTemplate } from '@mood/testing/templates';
import { startPanel } from './panel.fixture.ts';
import type { PanelUnderTest, Visitor } from './panel.fixture.ts';

const conflict = /status of 409/;
const badRequest = /status of 400/;

let panel: PanelUnderTest;
let admin: Visitor;
let token: string;
beforeAll(async () => {
  panel = await startPanel();
  token = await panel.stack.platform.token('admin');
  admin = await panel.signIn('Robin (moderation)', { expected: [conflict, badRequest] });
});
afterAll(() => panel?.stop());

const readByApi = async (id: string) => (await panel.stack.api.get(`/api/v1/admin/mood/template/${id}`, token)).body;

test('a template is written by keyboard alone, and what the preview shows is what goes out', async () => {
  const { page } = admin;
  await admin.open('/templates/new?moodState=neutral&templateType=farewell&tierLevel=platinum');
  const editor = page.getByRole('textbox', { name: 'Text' });
  await editor.focus();
  await page.keyboard.type('Bye {{user');
  await page.getByRole('option', { name: /userName/ }).waitFor();
  await page.keyboard.press('Enter');
  await until(async () => (await editor.textContent()) === 'Bye {{userName}}');
  await page.getByRole('button', { name: 'Add a fallback to userName' }).waitFor();
  await page.keyboard.press('Control+.');
  await until(async () => (await editor.textContent()) === 'Bye {{userName|there}}');
  await page.keyboard.type('you');
  await page.getByText('Nothing stands against this text.').waitFor();
  const matrix = page.getByRole('table', { name: /The text by tier/ });
  await matrix.getByText('Bye John123').waitFor();
  await matrix.getByText('Bye you', { exact: true }).first().waitFor();

  await editor.focus();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(`document.activeElement.closest('.cm-editor')`)).toBeNull();
  await page.getByRole('button', { name: 'Create' }).press('Enter');
  await page.waitForURL(/\/templates\/[0-9a-f-]{36}$/);
  const model = await panel.stack.createModel();
  const { body } = await panel.stack.api.post(
    '/api/v1/mood/template/render',
    { modelId: model.id, templateType: 'farewell', userTier: 'platinum', variables: { userName: 'John123' } },
    await panel.stack.platform.token('service', undefined, { scope: 'mood:render' }),
  );
  expect(body.renderedMessage).toBe('Bye John123');
});

test('two administrators in two tabs lose no word, and a version comes back', async () => {
  const { page, context } = admin;
  const { id } = await saveTemplate(panel.stack, token, {
    moodState: 'positive',
    templateType: 'greeting',
    content: 'One hostile " onload=alert(1) {{userName|x}}',
  });
  const other = await context.newPage();
  await admin.open(`/templates/${id}`);
  await other.goto(page.url());
  await other.getByRole('textbox', { name: 'Priority' }).fill('7');
  await other.getByRole('button', { name: 'Save' }).click();
  await other.getByText('Saved as version 2.').waitFor();
  await other.close();

  await page.getByRole('textbox', { name: 'Text' }).fill('Mine {{userName|x}}');
  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('dialog', { name: 'Somebody else has saved meanwhile' });
  await dialog.getByText('Theirs (version 2)').first().waitFor();
  await dialog.getByRole('button', { name: 'Go on with this' }).press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved as version 3.').waitFor();
  expect(await readByApi(id)).toMatchObject({ version: 3, priority: 7, content: 'Mine {{userName|x}}' });

  await page.getByRole('button', { name: 'Go back to version 1' }).press('Enter');
  const back = page.getByRole('dialog', { name: 'Back to version 1' });
  await back.getByText('Mine').first().waitFor();
  await back.getByRole('textbox', { name: /Why/ }).fill('The words before were better');
  await back.getByRole('button', { name: 'Go back to it' }).press('Enter');
  await page.getByText('Version 4 is live.').waitFor();
  expect(await readByApi(id)).toMatchObject({ version: 4, priority: 100, content: 'One hostile " onload=alert(1) {{userName|x}}' });
  expect(await page.getByRole('textbox', { name: 'Text' }).textContent()).toContain('onload=alert(1)');
});

test('a draft outlives a reload and another page, for its author alone, and goes when it is discarded or saved', async () => {
  const { page } = admin;
  const { id } = await saveTemplate(panel.stack, token, { moodState: 'neutral', templateType: 'greeting', content: 'As it is live' });
  const editor = page.getByRole('textbox', { name: 'Text' });
  const back = page.getByText(/^Your draft of .* is back\. It is not saved\.$/);
  await admin.open(`/templates/${id}`);
  await editor.fill('Half of a thought');
  await page.getByRole('textbox', { name: 'Priority' }).fill('12');
  await page.reload();
  await back.waitFor();
  expect([await editor.textContent(), await page.getByRole('textbox', { name: 'Priority' }).inputValue()]).toEqual([
    'Half of a thought',
    '12',
  ]);
  const stored = JSON.stringify(await page.evaluate('({ ...sessionStorage, ...localStorage })'));
  expect(stored).toContain('Half of a thought');
  expect(stored).not.toMatch(/token|eyJ|access|cookie/i);

  await page.getByRole('button', { name: 'Discard the draft' }).press('Enter');
  await back.waitFor({ state: 'detached' });
  await until(async () => (await editor.textContent()) === 'As it is live');
  await until(async () => (await editor.and(page.locator(':focus')).count()) === 1);
  await page.reload();
  await editor.waitFor();
  expect([await editor.textContent(), await back.count()]).toEqual(['As it is live', 0]);

  await editor.fill('A better one');
  await page.reload();
  await back.waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved as version 2.').waitFor();
  await page.reload();
  await editor.waitFor();
  expect([await editor.textContent(), await back.count()]).toEqual(['A better one', 0]);

  // Whoever signs in next in the same tab.
  await editor.fill('For nobody else');
  await until(async () => JSON.stringify(await page.evaluate('({ ...sessionStorage })')).includes('For nobody else'));
  const own = (await admin.context.cookies()).find(({ name }) => name.endsWith('mood'));
  const access = await panel.stack.platform.token('admin', randomUUID());
  const other = await sealSession(panel.stack.env['SESSION_KEYS'] ?? '', { access });
  if (own === undefined) throw new Error('no session');
  await admin.context.addCookies([{ ...own, value: other }]);
  await page.reload();
  await editor.waitFor();
  expect([await editor.textContent(), await back.count()]).toEqual(['A better one', 0]);
  expect(JSON.stringify(await page.evaluate('({ ...sessionStorage })'))).not.toContain('nobody');
  await admin.context.addCookies([own]);
  await page.reload();
  await editor.waitFor();
});

test('an import names its bad rows in one go, and does what its trial said', async () => {
  const { page } = admin;
  const row = { moodState: 'negative', templateType: 'farewell', tierLevel: 'gold', content: 'Imported <3' };
  const fileOf = (templates: unknown[]) => ({
    name: 'templates.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify({ format: 'mood-templates/1', templates })),
  });
  await admin.open('/templates/import');
  await page.locator('input[type=file]').setInputFiles(
    fileOf([
      { ...row, priority: 'high' },
      { ...row, content: 'Write to me at <b>evil.com</b>' },
    ]),
  );
  await page.getByText('Row 1', { exact: true }).waitFor();
  await page.getByText('Row 2', { exact: true }).waitFor();
  await page.getByText('Write to me at <b>evil.com</b>').waitFor();
  await page.locator('input[type=file]').setInputFiles(fileOf([{ ...row, content: 'Imported' }]));
  await page.getByText('1 template would be created').waitFor();
  await page.getByRole('button', { name: 'Import' }).press('Enter');
  await page.getByText('Imported: 1 created, 0 changed.').waitFor();
});

test('filters survive reload and Back', async () => {
  const { page } = admin;
  await admin.open('/templates');
  const rows = page.getByRole('table', { name: 'Templates, newest first' }).locator('tbody tr');
  await rows.first().waitFor();
  const matrix = page.getByRole('table', { name: 'Active templates by mood, type and tier' });
  await until(async () => (await matrix.getByRole('link').count()) === 3 * 4 * 6);
  const all = await rows.count();
  await page.getByLabel('Tier', { exact: true }).selectOption('gold');
  await page.waitForURL(/tierLevel=gold/);
  await until(async () => (await rows.count()) < all);
  const some = await rows.count();
  await page.reload();
  await until(async () => (await rows.count()) === some);
  await page.goBack();
  await until(async () => (await rows.count()) === all);
});

test('the pages keep the rules', async () => {
  const { id } = await saveTemplate(panel.stack, token, {
    moodState: 'positive',
    templateType: 'greeting',
    content: 'Dear {{tier}} {{userName}}',
  });
  await admin.check('/templates', 'table[class] a[aria-label]');
  await admin.check(`/templates/${id}`, '.problem');
  await admin.check('/templates/import', 'input[type=file]');
  panel.expectNoComplaints();
});
