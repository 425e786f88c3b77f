import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { compose } from '../deployment/compose-file.ts';
import { createTestDatabase } from '@mood/testing/database';

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

/** As a page of Markdown names its headings. */
const anchors = new Set(
  Array.from(runbook.matchAll(/^#{1,6} (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  ),
);

test('every alert leads to its own section of the runbook', async () => {
  const alerts = await readFile(path.join(root, 'ops/prometheus/alerts.yml'), 'utf8');
  const rules = alerts.split(/^\s*- alert: /m).slice(1);
  expect(rules.length).toBeGreaterThan(15);
  for (const rule of rules) {
    const [name = ''] = rule.split('\n');
    const [, anchor = ''] = /^\s*runbook_url: docs\/runbook\.md#(\S+)$/m.exec(rule) ?? [];
    expect([name, anchor, anchors.has(anchor)]).toEqual([name, name.toLowerCase(), true]);
  }
});

test('every panel of the dashboard says what it shows', async () => {
  const { panels } = JSON.parse(await readFile(path.join(root, 'ops/grafana/dashboard.json'), 'utf8'));
  expect(panels.length).toBeGreaterThan(15);
  const silent = panels.filter(
    ({ title, description }: { title: string; description?: string }) => (description ?? '').length <= title.length,
  );
  expect(silent.map(({ title }: { title: string }) => title)).toEqual([]);
});

test('the runbook names only commands that exist', async () => {
  const { scripts } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const named = Array.from(runbook.matchAll(/npm run ([\w:-]+)/g), ([, name = '']) => name);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test('the runbook names only services of docker-compose.yml, and files that are there', async () => {
  const known = Object.keys(compose.services);
  const option = String.raw`(?:--[\w-]+(?: (?:\d+m|\w+=\d+))? |-T )*`;
  const calls = new RegExp(`(?:docker compose (?:exec|run|logs|restart|up) ${option}|replace\\.sh )(\\w+(?: worker)?)`, 'g');
  const named = Array.from(runbook.matchAll(calls), ([, names = '']) => names.split(' ')).flat();
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
  const files = Array.from(runbook.matchAll(/\b(?:ops|apps|docs)\/[\w./-]+\.(?:sh|ts|json|yml|cfg)\b/g), ([file]) => file);
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) await access(path.join(root, file));
});

test('the statements of the runbook are ones that the database takes', async () => {
  const database = await createTestDatabase();
  try {
    const blocks = Array.from(runbook.matchAll(/```sql\n([\s\S]+?)```/g), ([, sql = '']) => sql);
    const inline = Array.from(runbook.matchAll(/`(SELECT [^`]+)`/g), ([, sql = '']) => sql);
    expect([blocks.length, inline.length]).toEqual([1, 2]);
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
