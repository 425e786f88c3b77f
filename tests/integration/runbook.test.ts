import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { createTestDatabase } from '../support/database.ts';

const root = path.resolve(import.meta.dirname, '../..');
const runbook = await readFile(path.join(root, 'docs/runbook.md'), 'utf8');

test('the runbook has a section for every alert, and for none that is not there', async () => {
  const alerts = await readFile(path.join(root, 'ops/prometheus/alerts.yml'), 'utf8');
  const names = new Set(Array.from(alerts.matchAll(/^\s*- alert: (\w+)/gm), ([, name]) => name));
  const [, section = ''] = /^## Alerts\n([\s\S]*?)^## /m.exec(runbook) ?? [];
  const headings = Array.from(section.matchAll(/^### (\w+)$/gm), ([, name]) => name);
  expect(names.size).toBeGreaterThan(5);
  expect(headings).toHaveLength(names.size);
  expect(new Set(headings)).toEqual(names);
});

test('the runbook names only commands that exist', async () => {
  const { scripts } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const named = Array.from(runbook.matchAll(/npm run ([\w:-]+)/g), ([, name = '']) => name);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test('the statements of the runbook are ones that the database takes', async () => {
  const database = await createTestDatabase();
  try {
    const blocks = Array.from(runbook.matchAll(/```sql\n([\s\S]+?)```/g), ([, sql = '']) => sql);
    const inline = Array.from(runbook.matchAll(/`(SELECT [^`]+)`/g), ([, sql = '']) => sql);
    expect([blocks.length, inline.length]).toEqual([1, 1]);
    const [replayed] = await database.query<{ id: string }>(
      `INSERT INTO outbox (kind, model_id, payload, failed_at, job_id) VALUES ('notification', uuidv7(), '{}', now(), 'gone') RETURNING id`,
    );
    for (const statement of [...blocks, ...inline]) await database.query(statement);
    const waiting = await database.query('SELECT id FROM outbox WHERE job_id IS NULL AND failed_at IS NULL');
    expect(waiting).toEqual([replayed]);
  } finally {
    await database.drop();
  }
});
