import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';
import { Client } from 'pg';

const path = '/api/v1/admin/mood/audit';
const reason = '=HYPERLINK("http://evil.example","Complaint")';
const message = 'Off to the "sea", back soon';
const adminId = randomUUID();

let stack: Stack;
let model: Model;
let other: Model;
let admin: string;
let auditor: string;

beforeAll(async () => {
  stack = await startStack({ env: { TRUSTED_PROXIES: 'loopback' } });
  [model, other] = [await stack.createModel(), await stack.createModel()];
  admin = await stack.platform.token('admin', adminId, { scope: 'mood:override' });
  auditor = await stack.platform.token('admin', adminId, { scope: 'audit:read' });
  const headers = { 'user-agent': 'Dashboard 7', 'x-forwarded-for': '203.0.113.5' };
  for (const moodState of ['positive', 'negative', 'positive']) {
    const json = { moodState, customMessage: message, autoRespond: true, responseDelay: 5 };
    await stack.api.call('POST', '/api/v1/mood/update', { token: model.token, json, headers });
  }
  await stack.api.post('/api/v1/mood/update', { moodState: 'negative' }, other.token);
  await stack.api.post(`/api/v1/admin/mood/${model.id}/update`, { moodState: 'neutral', reason }, admin);
});
afterAll(() => stack.stop());

const read = async (query: string, token = admin) => {
  const answer = await stack.api.get(`${path}?${query}`, token);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  return answer.body;
};
const accesses = () => stack.database.query(`SELECT kind, admin_user_id, filter FROM mood_audit_accesses ORDER BY created_at, id`);

/** As it comes, whatever it is. */
async function download(query: string, token: string): Promise<{ type: string | null; disposition: string | null; text: string }> {
  const response = await fetch(`${stack.api.url}${path}/export?${query}`, { headers: { authorization: `Bearer ${token}` } });
  expect(response.status).toBe(200);
  return {
    type: response.headers.get('content-type'),
    disposition: response.headers.get('content-disposition'),
    text: await response.text(),
  };
}

describe('an administrator who reads the audit log', () => {
  test('finds one change of a model by its number, and opens nothing unless asked to', async () => {
    const before = await accesses();
    const { entries } = await read(`modelId=${model.id}&version=2&sealed=hidden`, auditor);
    expect(entries).toEqual([expect.objectContaining({ version: 2, newState: 'negative', sealed: 'hidden', customMessage: null })]);
    expect(await accesses()).toEqual(before);
    expect((await read(`modelId=${model.id}&version=2`, auditor)).entries[0]).toMatchObject({ sealed: 'shown', customMessage: message });
    expect((await accesses()).slice(before.length)).toMatchObject([{ kind: 'read', filter: { modelId: model.id, version: 2 } }]);
    expect((await read(`version=4&sealed=hidden`)).entries).toHaveLength(1);
    for (const version of ['0', '-1', '1.5', 'x', '']) {
      expect([version, (await stack.api.get(`${path}?version=${version}`, admin)).status]).toEqual([version, 400]);
    }
  });

  test('sees who changed which mood and when, newest first', async () => {
    const { entries, nextCursor } = await read(`modelId=${model.id}`);
    expect(nextCursor).toBeNull();
    expect(entries.map((entry: any) => [entry.version, entry.previousState, entry.newState, entry.changedBy, entry.adminUserId])).toEqual([
      [4, 'positive', 'neutral', 'admin', adminId],
      [3, 'negative', 'positive', 'model', null],
      [2, 'positive', 'negative', 'model', null],
      [1, 'neutral', 'positive', 'model', null],
    ]);
    expect(entries[1]).toMatchObject({ modelId: model.id, autoRespond: true, responseDelay: 5, expiresAt: null });
  });

  test('does not see what is sealed without the scope audit:read', async () => {
    const before = await accesses();
    const { entries } = await read(`modelId=${model.id}`);
    for (const entry of entries) {
      expect(entry).toMatchObject({ sealed: 'hidden', adminReason: null, customMessage: null, ipAddress: null, userAgent: null });
    }
    expect(await accesses()).toEqual(before);
  });

  test('sees it with the scope, and that is recorded', async () => {
    const before = await accesses();
    const { entries } = await read(`modelId=${model.id}&limit=2`, auditor);
    expect(entries[0]).toMatchObject({ sealed: 'shown', adminReason: reason, customMessage: null });
    expect(entries[1]).toMatchObject({ adminReason: null, customMessage: message, ipAddress: '203.0.113.5', userAgent: 'Dashboard 7' });
    expect((await accesses()).slice(before.length)).toEqual([{ kind: 'read', admin_user_id: adminId, filter: { modelId: model.id } }]);
    await expect(stack.database.query(`DELETE FROM mood_audit_accesses`)).rejects.toThrow('append-only');
  });

  test.each<[string, () => string, number]>([
    ['by administrator', () => `admin=${adminId}`, 1],
    ['by who changed it', () => 'changedBy=admin', 1],
    ['by the state that it led to', () => `modelId=${model.id}&state=positive`, 2],
    ['by both', () => `modelId=${model.id}&state=neutral&changedBy=model`, 0],
    ['by time, before it all', () => 'to=2020-01-01T00:00:00Z', 0],
    ['by time, from the beginning', () => 'from=2020-01-01T00:00:00%2B02:00', 5],
    ['by time, without seconds', () => 'from=2020-01-01t00:00z&to=2199-01-01T00:00%2B0100', 5],
    ['by a model that does not exist', () => `modelId=${randomUUID()}`, 0],
  ])('filters %s', async (_name, query, count) => {
    expect((await read(query())).entries).toHaveLength(count);
  });

  test.each([
    'limit=0',
    'limit=101',
    'cursor=nonsense',
    `cursor=${Buffer.from("1 x' OR 1=1").toString('base64url')}`,
    'changedBy=me',
    'modelId=1',
    'from=yesterday',
    'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
    'more=1',
  ])('is told what is wrong with ?%s', async (query) => {
    const { status, body } = await stack.api.get(`${path}?${query}`, admin);
    expect([status, body.error]).toEqual([400, 'INVALID_REQUEST']);
  });

  test('is told of a mood that there is not by the code for it', async () => {
    const { status, body } = await stack.api.get(`${path}?state=angry`, admin);
    expect([status, body.error]).toEqual([400, 'INVALID_MOOD_STATE']);
  });
});

describe('the pages of the log', () => {
  test('go on where they ended, though entries are added meanwhile; none comes twice', async () => {
    const all = (await read('limit=100')).entries.map(({ id }: { id: string }) => id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: any = await read(`limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.entries.map(({ id }: { id: string }) => id));
      cursor = page.nextCursor;
      await stack.api.post('/api/v1/mood/update', { moodState: 'positive' }, other.token);
    } while (cursor !== null);
    expect(seen).toEqual(all);
  });
});

describe('an export', () => {
  const many = 1_200;

  beforeAll(async () => {
    // As the function that changes moods would have written them.
    await stack.database.query(
      `SELECT change_moods(json_build_array(json_build_object('item', 0, 'model_id', $1::uuid, 'mood_state', 'positive', 'auto_respond', false,
         'response_delay', 0, 'changed_by', 'model', 'log_id', gen_random_uuid())), true) FROM generate_series(1, $2)`,
      [other.id, many],
    );
  });

  test('as NDJSON holds every entry, one per line', async () => {
    const { type, disposition, text } = await download(`format=ndjson&modelId=${other.id}`, admin);
    expect(type).toBe('application/x-ndjson; charset=utf-8');
    expect(disposition).toMatch(/^attachment; filename="mood-audit-\d{4}-\d\d-\d\d\.ndjson"$/);
    const versions = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).version);
    expect(versions.length).toBeGreaterThan(many);
    expect(versions).toEqual(Array.from({ length: versions.length }, (_, index) => versions.length - index));
  });

  test('as CSV has names, quotes what needs it, and no formula that a spreadsheet would run', async () => {
    const before = await accesses();
    const { type, text } = await download(`format=csv&modelId=${model.id}`, auditor);
    expect(type).toBe('text/csv; charset=utf-8');
    const lines = text.split('\r\n');
    expect(lines[0]).toBe(
      'id,modelId,version,previousState,newState,changedBy,adminUserId,autoRespond,responseDelay,expiresAt,createdAt,sealed,adminReason,customMessage,ipAddress,userAgent,heldUntil,holdEndedAt',
    );
    expect(lines).toHaveLength(6);
    expect(lines[1]).toContain(`"'=HYPERLINK(""http://evil.example"",""Complaint"")"`);
    expect(lines[2]).toContain(`"Off to the ""sea"", back soon"`);
    expect((await accesses()).slice(before.length)).toEqual([{ kind: 'export', admin_user_id: adminId, filter: { modelId: model.id } }]);
  });

  test('shows nothing sealed without the scope, and of nothing is empty', async () => {
    const { text } = await download(`format=csv&modelId=${model.id}`, admin);
    for (const word of ['HYPERLINK', 'the ""sea', '203.0.113.5', 'Dashboard']) expect(text).not.toContain(word);
    expect((await download(`modelId=${randomUUID()}`, admin)).text).toBe('');
    expect((await download(`format=csv&modelId=${randomUUID()}`, admin)).text.split('\r\n')).toHaveLength(2);
  });
});

describe('an erased model', () => {
  test('is still in the log, without its personal fields', async () => {
    await stack.database.query(
      `UPDATE audit_data_keys SET wrapped_key = NULL, master_key_id = NULL, destroyed_at = now() WHERE model_id = $1`,
      [model.id],
    );
    const { entries } = await read(`modelId=${model.id}`, auditor);
    expect(entries).toHaveLength(4);
    for (const entry of entries) expect(entry).toMatchObject({ sealed: 'erased', adminReason: null, customMessage: null, ipAddress: null });
  });
});

describe('the chain of the log', () => {
  const chain = async (query: string) => (await stack.api.get(`${path}/chain${query}`, admin)).body;

  test('of a model is computed anew: its entries are told, and that nothing is wrong', async () => {
    expect(await chain(`?modelId=${model.id}`)).toEqual({
      model: { modelId: model.id, entries: 4, problem: null },
      lastVerification: null,
    });
    const nobody = randomUUID();
    expect((await chain(`?modelId=${nobody}`)).model).toEqual({ modelId: nobody, entries: 0, problem: null });
  });

  test('is computed for one at a time: many at once leave the others their connections', async () => {
    const holder = new Client({ connectionString: stack.database.url });
    await holder.connect();
    try {
      await holder.query('BEGIN; LOCK TABLE mood_transition_logs');
      const first = stack.api.get(`${path}/chain?modelId=${model.id}`, admin);
      await eventually(
        () => stack.database.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%previous_hash%'`),
        (waiting) => waiting.length > 0,
      );
      const second = await stack.api.get(`${path}/chain?modelId=${other.id}`, admin);
      expect([second.status, second.headers.get('retry-after')]).toEqual([429, '1']);
      expect(await chain('')).toMatchObject({ model: null });
      await holder.query('ROLLBACK');
      expect((await first).status).toBe(200);
    } finally {
      await holder.end();
    }
    expect((await chain(`?modelId=${other.id}`)).model.problem).toBeNull();
  });

  test('tells what is wrong, and the last verification of all', async () => {
    const tamper = (state: string) =>
      stack.database.query(`SET session_replication_role = replica;
        UPDATE mood_transition_logs SET new_state = '${state}' WHERE model_id = '${other.id}' AND version = 1;
        SET session_replication_role = origin`);
    await tamper('positive');
    expect((await chain(`?modelId=${other.id}`)).model).toMatchObject({ problem: expect.stringMatching(/^Version 1: /) });
    await tamper('negative');
    expect((await chain(`?modelId=${other.id}`)).model.problem).toBeNull();
    await stack.database.query(
      `INSERT INTO audit_verifications (verified_until, models, complete, rows) VALUES ('2026-03-01T12:00:00Z', 3, 2, 17)`,
    );
    expect(await chain('')).toEqual({
      model: null,
      lastVerification: { verifiedUntil: '2026-03-01T12:00:00.000Z', models: 3, complete: 2, entries: 17 },
    });
  });
});
