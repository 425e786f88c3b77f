import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { queueNames } from '@mood/queue';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { launchBrowser } from '@mood/testing/browser';
import type { TestBrowser } from '@mood/testing/browser';
import { eventually } from '@mood/testing/eventually';
import { startNodeProcess } from '@mood/testing/process';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const conversation = 'evening';
/** People of the sandbox. */
const adminId = 'c0000000-0000-4000-8000-000000000001';
const names = { admin: 'Robin (moderation)', model: 'Sophia', user: 'John' };

let stack: Stack;
let browser: TestBrowser;
let pictures: string;
let jobId: string;
beforeAll(async () => {
  // Kept for whoever wants to look at them when a folder is given.
  pictures = process.env['BOARD_PICTURES'] ?? (await mkdtemp(path.join(tmpdir(), 'mood-board-')));
  stack = await startStack();
  browser = await launchBrowser();
  jobId = `deliver-${await leaveAFailedReply()}`;
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  if (process.env['BOARD_PICTURES'] === undefined) await rm(pictures, { recursive: true, force: true });
});

async function replyOf(): Promise<{ id: string; status: string } | undefined> {
  const [row] = await stack.database.query<{ id: string; status: string }>(
    'SELECT id, status FROM auto_replies WHERE conversation_id = $1',
    [conversation],
  );
  return row;
}

/** A worker that looks for the message service in the wrong place is told that there is no such thing: a retry cannot help. */
async function leaveAFailedReply(): Promise<string> {
  const model = await stack.createModel();
  const [userId = ''] = await stack.platform.createUsers();
  await stack.api.post('/api/v1/mood/update', { moodState: 'positive', autoRespond: true }, model.token);
  const misled = await startNodeProcess('apps/worker/src/main.ts', { ...stack.env, MESSAGE_SERVICE_URL: `${stack.platform.url}/moved` });
  await stack.platform.userWrites(conversation, userId, model.id);
  const reply = await eventually(replyOf, (row) => row?.status === 'failed', 20_000);
  const queues = await stack.queues();
  await eventually(
    () => queues.failed(),
    (failed) => failed === 1,
  );
  await misled.stop();
  return reply?.id ?? '';
}

const at = (place: string) => stack.api.url + place;
const where = () => new URL(browser.page.url()).pathname;

/** By the platform's page, as everybody. */
async function signIn(role: keyof typeof names): Promise<void> {
  await browser.page.goto(at('/ops/queues'));
  await browser.page.getByRole('link', { name: names[role] }).click();
}

async function signOut(): Promise<void> {
  await browser.page.goto(at('/panel/sign-out'));
  await browser.page.getByRole('button', { name: 'Sign out' }).click();
  await browser.page.waitForURL('**/panel/');
}

async function takePicture(name: string): Promise<void> {
  const file = path.join(pictures, `${name}.png`);
  await browser.page.screenshot({ path: file });
  expect((await stat(file)).size).toBeGreaterThan(5_000);
}

/** Nothing from elsewhere was asked for, no policy was in the way, and no script failed. */
function nothingIsAmiss(): void {
  expect([...new Set(browser.asked.map((url) => new URL(url).origin))]).toEqual([stack.api.url, stack.platform.url]);
  expect(browser.complaints).toEqual([]);
}

describe('the queue board in a browser', () => {
  test('sends somebody who is not signed in to the sign-in page of the platform', async () => {
    await browser.page.goto(at('/ops/queues/queue/message-delivery'));
    expect(new URL(browser.page.url()).origin).toBe(stack.platform.url);
    await takePicture('sign-in');
  });

  test('tells a user and a model who try that it is not for them', async () => {
    await signIn('user');
    expect(await browser.page.getByRole('heading').innerText()).toBe('This is for models and administrators');
    expect(await browser.context.cookies()).toEqual([]);
    await signIn('model');
    expect(where()).toBe('/ops/queues');
    expect(await browser.page.innerText('body')).toContain('Only administrators can open the queue board.');
    await signOut();
  });

  test('shows an administrator the four queues', async () => {
    await signIn('admin');
    expect(where()).toBe('/ops/queues');
    for (const name of queueNames) await browser.page.getByRole('link', { name, exact: true }).first().waitFor();
    await browser.page.getByText('1 Job', { exact: true }).waitFor();
    await takePicture('queues');
    nothingIsAmiss();
  });

  test('keeps the session where no script can read it', async () => {
    const [cookie, ...more] = await browser.context.cookies();
    expect(more).toEqual([]);
    expect(cookie).toMatchObject({ name: 'mood', path: '/', httpOnly: true, sameSite: 'Lax' });
    expect(await browser.page.evaluate('document.cookie')).toBe('');
  });

  test('shows what failed and why, and none of the words that were to be sent', async () => {
    const { page } = browser;
    await page.getByRole('link', { name: 'message-delivery', exact: true }).first().click();
    await page.getByRole('link', { name: /^failed/i }).click();
    await page.getByText(jobId).waitFor();
    await page.getByText('message service answered 404').first().waitFor();
    await takePicture('failed-job');
    await page.getByRole('tab', { name: 'Data' }).click();
    await page.getByText(jobId.replace('deliver-', '')).last().waitFor();
    const shown = await page.evaluate(`fetch('api/queues?activeQueue=message-delivery&status=failed').then((answer) => answer.text())`);
    const [job] = JSON.parse(String(shown)).queues[3].jobs;
    expect(job.data).toEqual({ autoReplyId: jobId.replace('deliver-', '') });
    nothingIsAmiss();
  });

  test('does not do what is not for hands, and says so', async () => {
    const { page } = browser;
    await page.goto(at('/ops/queues'));
    await page.getByText('1 Job', { exact: true }).waitFor();
    const card = page
      .locator('section, article, li, div')
      .filter({ hasText: /^message-delivery/ })
      .filter({ hasText: '1 Job' })
      .last();
    await card.getByRole('button').first().click();
    await page.getByText('Obliterate').click();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('This is switched off.').waitFor();
    expect(await (await stack.queues()).failed()).toBe(1);
    nothingIsAmiss();
  });

  test('retries the job, which then succeeds: the user has one reply, the queue nothing left', async () => {
    await stack.startWorker();
    const { page } = browser;
    await page.goto(at('/ops/queues/queue/message-delivery?status=failed'));
    await page.getByRole('link', { name: jobId }).click();
    // Its icons have no names.
    await page.locator('ul[class^="jobActions"] button').first().click();
    await page.getByText('Are you sure that you want to retry this job?').waitFor();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await eventually(replyOf, (row) => row?.status === 'sent', 20_000);
    expect(await stack.platform.automatedMessages(conversation)).toHaveLength(1);
    const queues = await stack.queues();
    await eventually(
      async () => (await queues.failed()) + (await queues.open()),
      (left) => left === 0,
    );
    nothingIsAmiss();
  });

  test('leaves in the log who retried what', async () => {
    const linesOfChanges = async () =>
      stack.apiProcess
        .output()
        .split('\n')
        .filter((line) => line.includes('"board action"') && line.endsWith('}'));
    const lines = await eventually(linesOfChanges, (found) => found.length > 0);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        level: 'info',
        adminId,
        action: 'put /api/queues/:queueName/:jobId/retry',
        queueName: 'message-delivery',
        jobId,
        status: 204,
      }),
    ]);
  });

  test('is closed after signing out', async () => {
    await signOut();
    expect(await browser.context.cookies()).toEqual([]);
    await browser.page.goto(at('/ops/queues'));
    expect(new URL(browser.page.url()).origin).toBe(stack.platform.url);
    nothingIsAmiss();
  });
});
