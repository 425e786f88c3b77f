import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { currentTerms } from '@mood/domain';
import { errorCode } from '@mood/runtime';
import { Client } from 'pg';
import { eventually } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { startNodeProcess } from '@mood/testing/process';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

/** What nobody may read in a dump: each is so odd that it stands nowhere by chance. */
const marks = {
  reason: 'Reason-Quokka-7141',
  userAgent: 'Agent-Axolotl-9282',
  message: 'Message of the narwhal',
  ipAddress: '203.0.113.77',
};

let stack: Stack;
let model: Model;
/** A connection as the API and the worker have it. */
let service: Client;

beforeAll(async () => {
  stack = await startStack({ workers: 1, env: { TRUSTED_PROXIES: 'loopback' } });
  model = await stack.createModel();
  service = new Client({ connectionString: stack.database.serviceUrl });
  await service.connect();
  const headers = { 'user-agent': marks.userAgent, 'x-forwarded-for': marks.ipAddress };
  const changes = [
    { path: '/api/v1/mood/update', token: model.token, json: { moodState: 'positive', customMessage: marks.message } },
    {
      path: `/api/v1/admin/mood/${model.id}/update`,
      token: await stack.platform.token('admin'),
      json: { moodState: 'neutral', reason: marks.reason },
    },
  ];
  for (const { path, token, json } of changes) expect((await stack.api.call('POST', path, { token, json, headers })).status).toBe(200);
});
afterAll(async () => {
  await service.end();
  await stack.stop();
});

async function refusalOf(statement: string): Promise<string> {
  try {
    await service.query(statement);
    return 'was done';
  } catch (error) {
    await service.query('ROLLBACK');
    return errorCode(error) ?? String(error);
  }
}

const insufficientPrivilege = '42501';

describe('the role that the API and the worker connect with', () => {
  test.each([
    `UPDATE mood_transition_logs SET new_state = 'neutral'`,
    `UPDATE mood_transition_logs SET created_at = now() WHERE false`,
    `DELETE FROM mood_transition_logs`,
    `TRUNCATE mood_transition_logs`,
    `TRUNCATE model_mood_states, mood_transition_logs CASCADE`,
    `DROP TABLE mood_transition_logs`,
    `DROP TRIGGER mood_transition_logs_append_only ON mood_transition_logs`,
    `ALTER TABLE mood_transition_logs DISABLE TRIGGER ALL`,
    `ALTER TABLE mood_transition_logs ADD COLUMN more text`,
    `ALTER TABLE mood_transition_logs OWNER TO CURRENT_USER`,
    `CREATE RULE quiet AS ON INSERT TO mood_transition_logs DO INSTEAD NOTHING`,
    `CREATE TRIGGER mine BEFORE INSERT ON mood_transition_logs FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
    `CREATE OR REPLACE FUNCTION mood_transition_hash(l mood_transition_logs) RETURNS bytea LANGUAGE sql RETURN '\\x00'::bytea`,
    `DROP FUNCTION refuse_change() CASCADE`,
    `SET session_replication_role = replica`,
    `SET ROLE postgres`,
    `CREATE TABLE public.mine (x int)`,
    `CREATE ROLE mine`,
    `COPY mood_transition_logs TO PROGRAM 'cat'`,
    `SELECT pg_read_file('/etc/passwd')`,
    `UPDATE audit_data_keys SET destroyed_at = now(), wrapped_key = NULL`,
    `DELETE FROM audit_data_keys`,
    `UPDATE mood_template_versions SET content = 'x'`,
    `DELETE FROM mood_template_versions`,
    `TRUNCATE mood_template_versions`,
    `DELETE FROM mood_messaging_templates`,
    `DELETE FROM performers`,
    `UPDATE performers SET created_at = now()`,
    `DELETE FROM users`,
    `DELETE FROM mood_terms_acceptances`,
    `UPDATE mood_rate_limits SET change_count = 0`,
    `SELECT * FROM mood_migrations`,
  ])('cannot %s', async (statement) => {
    expect(await refusalOf(statement)).toMatch(statement.startsWith('SET ROLE') ? /42501|22023/ : new RegExp(insufficientPrivilege));
  });

  test('cannot give itself more: PostgreSQL warns, and nothing is granted', async () => {
    await service.query(`GRANT UPDATE, DELETE ON mood_transition_logs TO CURRENT_USER`);
    expect(await refusalOf(`UPDATE mood_transition_logs SET new_state = 'neutral'`)).toBe(insufficientPrivilege);
  });

  test('is no superuser, and owns nothing', async () => {
    const { rows } = await service.query(
      `SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, (SELECT count(*)::int FROM pg_class WHERE relowner = r.oid) AS owned
       FROM pg_roles r WHERE rolname = current_user`,
    );
    expect(rows).toEqual([{ rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false, owned: 0 }]);
  });

  test('cannot change the log even when it is given the right to: triggers refuse, too', async () => {
    await stack.database.query(`GRANT UPDATE, DELETE, TRUNCATE ON mood_transition_logs TO mood_app`);
    try {
      for (const statement of [
        `UPDATE mood_transition_logs SET new_state = 'neutral'`,
        `DELETE FROM mood_transition_logs`,
        `TRUNCATE mood_transition_logs`,
      ]) {
        expect(await refusalOf(statement)).toBe(insufficientPrivilege);
      }
    } finally {
      await stack.database.query(`REVOKE UPDATE, DELETE, TRUNCATE ON mood_transition_logs FROM mood_app`);
    }
  });
});

describe('a process that connects as the owner', () => {
  test('says at its start that it could change the audit log; one with the right role does not', async () => {
    const warning = 'this process could change the audit log';
    const owner = await startNodeProcess('apps/api/src/main.ts', {
      ...stack.env,
      DATABASE_URL: stack.database.url,
      PORT: String(await freePort()),
    });
    await eventually(
      async () => owner.output(),
      (output) => output.includes(warning),
    );
    await owner.stop();
    for (const child of [stack.apiProcess, ...stack.workers]) expect(child.output()).not.toContain(warning);
  });
});

/** Every value of every table, as text: what a dump holds. */
async function dump(): Promise<string> {
  const tables = await stack.database.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const parts = await Promise.all(
    tables.map(({ name }) => stack.database.query<{ line: string }>(`SELECT t::text AS line FROM ${name} t`)),
  );
  return parts
    .flat()
    .map(({ line }) => line)
    .join('\n');
}

/** As bytes are shown in a dump. */
const hexOf = (text: string) => Buffer.from(text).toString('hex');

describe('a dump of the database', () => {
  test('holds no address, no user agent and no reason, neither as text nor as bytes', async () => {
    await eventually(
      () => stack.platform.notifications(model.id),
      (found) => found.length > 0,
    );
    const text = await dump();
    expect(text).toContain(model.id);
    for (const mark of [marks.reason, marks.userAgent, marks.ipAddress]) {
      expect(text).not.toContain(mark);
      expect(text).not.toContain(hexOf(mark));
    }
  });

  test('holds the current message of a mood, which is public, in the state alone', async () => {
    expect(await dump()).not.toContain(marks.message);
    await stack.api.post('/api/v1/mood/update', { moodState: 'positive', customMessage: marks.message }, model.token);
    const text = await dump();
    expect(text.split(marks.message)).toHaveLength(2);
    expect(text).not.toContain(hexOf(marks.message));
  });
});

describe('a performer whom the platform deletes', () => {
  test('takes moods and counts along, and leaves the audit log whole', async () => {
    const leaving = await stack.createModel();
    for (const moodState of ['positive', 'negative']) await stack.api.post('/api/v1/mood/update', { moodState }, leaving.token);
    const log = () =>
      stack.database.query(`SELECT t::text AS line FROM mood_transition_logs t WHERE model_id = $1 ORDER BY version`, [leaving.id]);
    const before = await log();
    expect(before).toHaveLength(2);
    await stack.database.query(`DELETE FROM performers WHERE id = $1`, [leaving.id]);
    expect(await log()).toEqual(before);
    expect(await stack.database.query(`SELECT 1 FROM model_mood_states WHERE model_id = $1`, [leaving.id])).toEqual([]);
  });

  test('who comes back goes on where the log stands', async () => {
    const back = await stack.createModel();
    await stack.api.post('/api/v1/mood/update', { moodState: 'positive' }, back.token);
    await stack.database.query(`DELETE FROM performers WHERE id = $1`, [back.id]);
    await stack.api.post('/api/v1/mood/terms', { accept: true, version: currentTerms.version }, back.token);
    expect((await stack.api.post('/api/v1/mood/update', { moodState: 'negative' }, back.token)).status).toBe(200);
    const { body } = await stack.api.get(`/api/v1/mood/${back.id}/history`, back.token);
    expect(body.history.map(({ moodState }: { moodState: string }) => moodState)).toEqual(['negative', 'positive']);
  });
});
