import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { saveTemplate } from '@mood/testing/templates';
import { startPanel } from './panel.fixture.ts';
import type { PanelUnderTest, Visitor } from './panel.fixture.ts';

/** As near to markup as a template may come. */
const textOf = (name: string) => `I <3 ${name} & "you"!`;

let panel: PanelUnderTest;
let admin: Visitor;

/** An experiment of two texts whose replies stand in the table as the worker leaves them, ten days old. @param engaged of each variant. */
async function makeExperiment(name: string, sizes: readonly [number, number], engaged: readonly [number, number]): Promise<void> {
  const { stack } = panel;
  const token = await stack.platform.token('admin');
  const draft = { moodState: 'positive', templateType: 'auto_response', experiment: name };
  const ids: string[] = [];
  for (const content of ['One moment.', textOf(name)]) ids.push((await saveTemplate(stack, token, { ...draft, content })).id);
  await stack.database.query(`UPDATE mood_experiment_phases SET started_at = now() - interval '11 days' WHERE experiment = $1`, [name]);
  for (const [nth, size] of sizes.entries()) {
    await stack.database.query(
      `INSERT INTO auto_replies (id, message_id, conversation_id, model_id, user_id, status, received_at, last_message_at, due_at, template_id,
          mood_state, phase_id, sent_at, engaged_at)
        SELECT gen_random_uuid(), gen_random_uuid()::text, 'c', $1, gen_random_uuid(), 'sent', at, at, at, $2, 'positive', p.id, at,
          CASE WHEN n <= $4 THEN at + interval '5 minutes' END
        FROM generate_series(1, $3::integer) AS n, (SELECT now() - interval '10 days' AS at) AS moment,
          (SELECT id FROM mood_experiment_phases WHERE experiment = $5 AND ended_at IS NULL) AS p`,
      [randomUUID(), ids[nth], size, engaged[nth], name],
    );
  }
}

beforeAll(async () => {
  panel = await startPanel();
  await makeExperiment('warmer-words', [2_000, 2_000], [200, 500]);
  await makeExperiment('by-hand', [2_000, 1_000], [200, 100]);
  admin = await panel.signIn('Robin (moderation)');
});
afterAll(() => panel?.stop());

test('the verdict stands first: which text is better, by how much, drawn and in a sentence', async () => {
  const { page } = admin;
  await admin.open('/experiments');
  await page.getByRole('link', { name: 'warmer-words' }).click();
  await page.getByText(/^B is better by \d+\.\d to \d+\.\d points: safe to stop$/).waitFor();
  await page.getByRole('img', { name: /^B differs from A by \+15\.0 points/ }).waitFor();
  await page.getByText('Users are split as the weights say', { exact: false }).waitFor();
});

test('a split that somebody made by hand is broken, and shows no result', async () => {
  const { page } = admin;
  await admin.open('/experiments/by-hand');
  await page.getByText(/^broken: split 67:33 instead of 50:50$/).waitFor();
  await page.getByText('something chose who is in which group', { exact: false }).waitFor();
  expect(await page.getByRole('img').count()).toBe(0);
  expect(await page.getByRole('row', { name: /^B/ }).getByRole('cell').allTextContents()).toEqual(expect.arrayContaining(['1,000', '–']));
});

test('stopping makes the winner’s text everybody’s, and is recorded with its reason', async () => {
  const { page } = admin;
  await admin.open('/experiments/warmer-words');
  await page.getByRole('button', { name: 'Stop it …' }).press('Enter');
  const dialog = page.getByRole('dialog');
  expect(await dialog.getByText('it is safe to stop', { exact: false }).count()).toBe(0);
  await dialog.getByLabel(/^Text for all/).selectOption({ label: `B: ${textOf('warmer-words')}` });
  await dialog.getByLabel('Why (for the record)').fill('B is better');
  await dialog.getByRole('button', { name: 'Stop the experiment' }).press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('The experiment is stopped.').waitFor();
  await page.getByText('B is better', { exact: true }).waitFor();
  const rows = await panel.stack.database.query<{ content: string; active: boolean }>(
    `SELECT content, active FROM mood_messaging_templates WHERE content LIKE '%warmer-words%' OR content = 'One moment.' ORDER BY active, content`,
  );
  expect(rows.filter(({ active }) => active).map(({ content }) => content)).toContain(textOf('warmer-words'));
});

test('the pages keep the rules', async () => {
  await admin.check('/experiments', 'tbody tr');
  await admin.check('/experiments/by-hand', 'table');
  panel.expectNoComplaints();
});
