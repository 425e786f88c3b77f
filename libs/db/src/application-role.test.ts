import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase } from '@mood/testing/database';
import type { TestDatabase } from '@mood/testing/database';
import { verifyAuditLog } from './audit/verify-log.ts';
import { connectForTest } from './database.fixture.ts';
import { migrate } from './migrate.ts';
import { grantedRights } from './schema/rights.ts';
import { readSchema } from './schema/sql-files.ts';

let database: TestDatabase;
/** As the API and the worker connect. */
let service: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  service = new Client({ connectionString: database.serviceUrl });
  await service.connect();
});
afterAll(async () => {
  await service.end();
  await database.drop();
});

const draft = 'active, content, experiment, locale, mood_state, priority, template_type, tier_level, variables, weight';
/** Every table, and every right that the role has on it: on the whole, or on columns. A right that is added has to be added here, too. */
const expectedRights: Record<string, readonly string[]> = {
  abuse_alerts: [
    'INSERT (count, last_seen_at, model_id, opened_at, peak, rule, threshold)',
    'SELECT',
    'UPDATE (acknowledged_at, acknowledged_by, closed_at, count, last_seen_at, note, peak)',
  ],
  abuse_checks: ['SELECT', 'UPDATE (checked_at)'],
  analytics_count_batches: ['DELETE', 'INSERT', 'SELECT', 'UPDATE (sequence, stored_at)'],
  analytics_counts: ['DELETE', 'INSERT', 'SELECT', 'UPDATE (n)'],
  analytics_buckets: ['INSERT', 'SELECT', 'UPDATE (rolled_up_at)'],
  analytics_lists: ['DELETE', 'INSERT', 'SELECT', 'UPDATE (items)'],
  analytics_models: ['INSERT', 'SELECT'],
  analytics_reconciliations: ['INSERT', 'SELECT', 'UPDATE (checked_at, differences)'],
  analytics_rollups: ['DELETE', 'INSERT', 'SELECT', 'UPDATE (n, total)'],
  audit_data_keys: ['SELECT'],
  audit_verifications: ['INSERT (complete, models, rows, verified_until)', 'SELECT'],
  auto_replies: ['DELETE', 'INSERT', 'SELECT', 'UPDATE'],
  auto_reply_conversations: ['DELETE', 'INSERT', 'SELECT', 'UPDATE'],
  model_mood_states: ['SELECT'],
  mood_audit_accesses: [],
  mood_cache: ['SELECT (closures, epoch, servers)'],
  mood_cache_processes: [],
  mood_feedback: ['DELETE', 'INSERT', 'SELECT', 'UPDATE (given_at, score)'],
  mood_flag_catalog: ['SELECT'],
  mood_flag_changes: ['SELECT'],
  mood_flags: ['SELECT'],
  mood_experiment_decisions: [
    'INSERT (decided_by, experiment, holdout, kind, planned_effect, planned_size, reason, winners, within_minutes)',
    'SELECT',
  ],
  mood_experiment_phases: ['SELECT', 'UPDATE (first_exposed_at, summed_at)'],
  mood_experiment_variants: ['SELECT', 'UPDATE (engaged, exposed)'],
  mood_functions: ['SELECT'],
  mood_messaging_templates: [
    'INSERT (active, content, created_by, experiment, id, locale, mood_state, priority, template_type, tier_level, variables, weight)',
    'SELECT',
    `UPDATE (${draft})`,
  ],
  mood_migrations: ['SELECT (name)'],
  mood_rate_limits: ['SELECT (change_count, model_id, window_end)'],
  mood_template_catalog: ['SELECT', 'UPDATE (only_row)'],
  mood_template_usage: ['DELETE', 'INSERT', 'SELECT', 'UPDATE (failed, rendered, sent)'],
  mood_template_versions: ['SELECT'],
  mood_terms_acceptances: ['SELECT'],
  mood_transition_logs: ['SELECT'],
  outbox: ['DELETE', 'INSERT', 'SELECT', 'UPDATE (check_after, checks, failed_at, generation, job_id, queue)'],
  performers: ['INSERT (id)', 'SELECT'],
  retention_marks: ['SELECT', 'UPDATE (removed_before)'],
  users: [],
};

/** As PostgreSQL answers for the login itself, so that rights that come by PUBLIC or by another role count as well. */
const rightsOfTables = `
  SELECT c.relname AS name, coalesce(array_agg(r.found ORDER BY r.found) FILTER (WHERE r.found IS NOT NULL), '{}') AS rights
  FROM pg_class c
  LEFT JOIN LATERAL (
    SELECT CASE WHEN has_table_privilege(c.oid, p) THEN p ELSE (
        SELECT p || ' (' || string_agg(a.attname, ', ' ORDER BY a.attname) || ')' FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND p IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
          AND has_column_privilege(c.oid, a.attnum, CASE WHEN p IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') THEN p ELSE 'SELECT' END))
      END AS found
    FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) p) r ON true
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  GROUP BY c.relname ORDER BY c.relname`;

/** Every function: how it runs, and whether the role may call it. None may be called by everybody. */
const expectedFunctions: Record<string, string> = {
  accept_terms: 'owner, called',
  analytics_items: 'caller, called',
  analytics_levels: 'caller, called',
  analytics_changes: 'caller, called',
  analytics_sums: 'caller, called',
  answer_conversation: 'caller, called',
  append_template_version: 'owner',
  change_moods: 'owner, called',
  close_mood_cache: 'owner, called',
  ensure_data_key: 'owner, called',
  expire_mood: 'owner, called',
  expire_moods: 'owner, called',
  judge_mood_changes: 'caller',
  mood_transition_hash: 'caller',
  note_engagement: 'caller, called',
  number_experiment_decision: 'caller',
  number_template_version: 'caller',
  open_mood_cache: 'owner, called',
  purge_rate_limits: 'owner, called',
  raise_template_revision: 'owner',
  receive_message: 'caller, called',
  receive_messages: 'caller, called',
  reconcile_analytics: 'caller, called',
  record_audit_access: 'owner, called',
  record_flag_change: 'owner',
  refuse_change: 'caller',
  refuse_template_deletion: 'caller',
  roll_up_analytics: 'caller, called',
  renew_changed_experiments: 'owner',
  renew_experiment_phases: 'caller',
  seal_transition: 'caller',
  see_mood_cache: 'owner, called',
  set_flag: 'owner, called',
};

interface FunctionRow {
  name: string;
  as_owner: boolean;
  called: boolean;
  by_everybody: boolean;
  settings: string[] | null;
}

describe('the role of the running processes', () => {
  test('has these rights on tables, and no other', async () => {
    const { rows } = await service.query<{ name: string; rights: string[] }>(rightsOfTables);
    expect(Object.fromEntries(rows.map(({ name, rights }) => [name, rights]))).toEqual(expectedRights);
  });

  test('are those that sql/rights.sql grants, to the letter', async () => {
    const { tables, functions } = grantedRights(readSchema().rights);
    const granted = new Map<string, string[]>();
    for (const { on, privilege } of tables) {
      const columns = tables.filter((one) => one.on === on && one.privilege === privilege).flatMap(({ column }) => column ?? []);
      const right = columns.length === 0 ? privilege : `${privilege} (${columns.toSorted().join(', ')})`;
      granted.set(on, [...new Set([...(granted.get(on) ?? []), right])].toSorted());
    }
    const withNone = Object.keys(expectedRights).filter((table) => !granted.has(table));
    expect({ ...Object.fromEntries(granted), ...Object.fromEntries(withNone.map((table) => [table, []])) }).toEqual(expectedRights);
    const called = Object.keys(expectedFunctions).filter((name) => expectedFunctions[name]?.includes('called'));
    expect(functions.toSorted()).toEqual(called.toSorted());
  });

  test('may call these functions, and no other; what runs with the owner’s rights has a fixed search path', async () => {
    const { rows } = await service.query<FunctionRow>(
      `SELECT proname AS name, prosecdef AS as_owner, has_function_privilege(oid, 'EXECUTE') AS called, proconfig AS settings,
         EXISTS (SELECT 1 FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0) AS by_everybody
       FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname`,
    );
    const described = rows.map(({ name, as_owner, called }) => [name, `${as_owner ? 'owner' : 'caller'}${called ? ', called' : ''}`]);
    expect(Object.fromEntries(described)).toEqual(expectedFunctions);
    for (const { name, as_owner, by_everybody, settings } of rows) {
      expect([name, by_everybody]).toEqual([name, false]);
      const planned = ['plan_cache_mode=force_generic_plan'];
      const others = { change_moods: planned, expire_moods: planned, open_mood_cache: ['lock_timeout=100ms'] }[name] ?? [];
      if (as_owner) expect([name, settings]).toEqual([name, ['search_path=pg_catalog, public, pg_temp', ...others]]);
    }
  });

  test('has no other rights in the schema than to use it, owns nothing, and is a member of mood_app alone', async () => {
    const { rows } = await service.query(
      `SELECT has_schema_privilege('public', 'USAGE') AS uses, has_schema_privilege('public', 'CREATE') AS makes,
         (SELECT count(*)::int FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)) AS owned,
         (SELECT array_agg(r.rolname::text) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
            JOIN pg_roles u ON u.oid = m.member WHERE u.rolname = current_user) AS member_of`,
    );
    expect(rows).toEqual([{ uses: true, makes: false, owned: 0, member_of: ['mood_app'] }]);
  });

  test('has the same rights after another migration, and loses what somebody gave it', async () => {
    await database.query('GRANT ALL ON mood_transition_logs, mood_rate_limits TO mood_app');
    await database.query('GRANT EXECUTE ON FUNCTION seal_transition TO PUBLIC');
    await database.query('GRANT UPDATE (version) ON model_mood_states TO mood_app');
    await migrate({ databaseUrl: database.url });
    const { rows } = await service.query<{ name: string; rights: string[] }>(rightsOfTables);
    expect(Object.fromEntries(rows.map(({ name, rights }) => [name, rights]))).toEqual(expectedRights);
    await expect(service.query(`SELECT seal_transition(NULL)`)).rejects.toMatchObject({ code: '42501' });
  });
});

const model = randomUUID();
const anotherAdmin = randomUUID();
const key = randomUUID();
const bytes = `'\\x00'::bytea`;

/** A call of change_moods for one change, by its fields' names; what is not given is null. */
function changeCall(given: Record<string, string>): string {
  const names = (
    'model_id mood_state custom_message auto_respond response_delay expires_at changed_by admin_user_id log_id data_key_id admin_reason ' +
    'sealed_message ip_address user_agent hourly_limit terms_version hold_minutes reason_code expected_version'
  ).split(' ');
  const usual: Record<string, string> = {
    model_id: `'${model}'`,
    mood_state: `'positive'`,
    auto_respond: 'false',
    response_delay: '0',
    changed_by: `'model'`,
    log_id: 'uuidv7()',
    data_key_id: `'${key}'`,
  };
  const all = { ...usual, ...given };
  const fields = names.map((name) => `'${name}', ${all[name] ?? 'NULL'}`).join(', ');
  return `SELECT outcome FROM public.change_moods(json_build_array(json_build_object('item', 0, ${fields})), true)`;
}

const logColumns =
  'id, model_id, version, previous_state, new_state, changed_by, admin_user_id, auto_respond, response_delay, created_at, hash';

describe('somebody who holds the role', () => {
  beforeAll(async () => {
    await service.query('INSERT INTO performers (id) VALUES ($1)', [model]);
    await service.query('SELECT ensure_data_key($1, $2, $3, $4)', [key, model, 'm1', Buffer.alloc(60)]);
    expect((await service.query(changeCall({ expires_at: `now() + interval '1 hour'` }))).rows).toEqual([{ outcome: 'changed' }]);
    expect((await service.query(changeCall({ hourly_limit: '50' }))).rows).toEqual([{ outcome: 'changed' }]);
  });

  test.each([
    // An entry of 2021 in another administrator's name, with a hash that fits.
    `INSERT INTO mood_transition_logs (${logColumns}) SELECT uuidv7(), '${model}', 3, 'neutral', 'negative', 'admin', '${anotherAdmin}', false, 0,
       timestamptz '2021-01-01', sha256('x')`,
    `INSERT INTO mood_transition_logs SELECT l.* FROM mood_transition_logs l`,
    `SELECT mood_transition_hash(l) FROM mood_transition_logs l`,
    `SELECT seal_transition(l) FROM mood_transition_logs l`,
    `SELECT judge_mood_changes(NULL, timestamptz '2021-01-01')`,
    `DELETE FROM mood_rate_limits`,
    `DELETE FROM mood_rate_limits WHERE window_end < now()`,
    `INSERT INTO mood_rate_limits (model_id, window_end) VALUES ('${model}', now() + interval '9 years')`,
    `UPDATE mood_rate_limits SET window_end = now()`,
    `UPDATE model_mood_states SET mood_state = 'negative'`,
    `UPDATE model_mood_states SET version = version + 1`,
    `UPDATE model_mood_states SET held_until = NULL`,
    `INSERT INTO model_mood_states (model_id, mood_state, updated_by, version) VALUES ('${randomUUID()}', 'neutral', 'admin', 1)`,
    `DELETE FROM model_mood_states`,
    `INSERT INTO mood_terms_acceptances (model_id, terms_version, accepted_at) VALUES ('${model}', 'x', timestamptz '2021-01-01')`,
    `UPDATE mood_terms_acceptances SET accepted_at = now()`,
    `INSERT INTO audit_data_keys (id, model_id, destroyed_at) VALUES (uuidv7(), '${model}', now())`,
    `UPDATE audit_data_keys SET wrapped_key = '\\x00'`,
    `INSERT INTO mood_audit_accesses (kind, admin_user_id, filter) VALUES ('read', '${anotherAdmin}', '{}')`,
    `SELECT * FROM mood_audit_accesses`,
    `INSERT INTO outbox (kind, model_id, payload) VALUES ('notification', '${model}', '{"type":"mood_overridden"}')`,
    `INSERT INTO outbox (kind, model_id, payload) VALUES ('mood-changed', '${model}', '{}')`,
    `INSERT INTO outbox (kind, model_id, payload) VALUES ('mood-expiry', '${model}', '{"version":2}')`,
    `UPDATE outbox SET payload = '{}'`,
    `UPDATE outbox SET kind = 'notification'`,
    `UPDATE outbox SET due_at = now()`,
    `UPDATE outbox SET model_id = '${model}'`,
    `INSERT INTO mood_messaging_templates (mood_state, template_type, content, created_at) VALUES ('neutral', 'greeting', 'Hi', now())`,
    `UPDATE mood_messaging_templates SET version = 1`,
    `UPDATE mood_messaging_templates SET created_by = '${anotherAdmin}'`,
    `UPDATE mood_messaging_templates SET revision = 9`,
    `INSERT INTO mood_template_versions SELECT v.* FROM mood_template_versions v`,
    `UPDATE mood_template_catalog SET revision = 1`,
    `INSERT INTO mood_flags (key, rule) VALUES ('moods.updates', '{"percentage": 0, "ids": [], "roles": []}')`,
    `UPDATE mood_flags SET rule = '{"percentage": 0, "ids": [], "roles": []}'`,
    `UPDATE mood_flag_changes SET reason = 'x'`,
    `INSERT INTO mood_flag_changes (key, version, after, changed_at) VALUES ('moods.updates', 1, '{}', now())`,
    `UPDATE mood_flag_catalog SET revision = 1`,
    `INSERT INTO performers (id, created_at) VALUES (uuidv7(), timestamptz '2021-01-01')`,
    `CREATE FUNCTION public.make_interval(mins integer) RETURNS interval LANGUAGE sql RETURN interval '9 years'`,
  ])('is refused: %s', async (statement) => {
    await expect(service.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  test.each([
    ['the reset of a mood', { changed_by: `'system'` }],
    ['a change by nobody', { changed_by: 'NULL' }],
    ['a change by somebody else', { changed_by: `'owner'` }],
    ['an override without its administrator', { changed_by: `'admin'`, admin_reason: bytes }],
    ['an override without a reason', { changed_by: `'admin'`, admin_user_id: `'${anotherAdmin}'` }],
    ['a change by the model in the name of an administrator', { admin_user_id: `'${anotherAdmin}'` }],
    ['a change by the model with a reason', { admin_reason: bytes }],
    ['a hold by the model', { hold_minutes: '5' }],
    ['a reason code by the model', { reason_code: `'policy'` }],
    ['a sealed text without its key', { sealed_message: bytes, data_key_id: 'NULL' }],
    ['a sealed address without its key', { ip_address: bytes, data_key_id: 'NULL' }],
  ])('cannot have change_moods write %s', async (_what, given) => {
    await expect(service.query(changeCall(given))).rejects.toMatchObject({ code: '22023' });
  });

  test.each([
    ['end_is_over', { expires_at: `now() - interval '1 second'` }],
    ['end_is_over', { expires_at: `timestamptz '-infinity'` }],
    ['end_is_too_late', { expires_at: `timestamptz 'infinity'` }],
    ['end_is_too_late', { expires_at: `timestamptz '10000-01-01 00:00:00+00'` }],
    ['end_is_too_late', { expires_at: `timestamptz '275760-09-13 00:00:00+00'` }],
    ['key_destroyed', { data_key_id: `uuidv7()` }],
    ['model_unknown', { model_id: `uuidv7()` }],
    ['terms_not_accepted', { terms_version: `'never heard of'` }],
  ])('is told %s, and nothing is written', async (outcome, given) => {
    expect((await service.query(changeCall(given))).rows).toEqual([{ outcome }]);
    expect((await database.query('SELECT version::int AS version FROM model_mood_states')).map((row) => row)).toEqual([{ version: 2 }]);
  });

  test('cannot seal under the data key of another model', async () => {
    const [other, otherKey] = [randomUUID(), randomUUID()];
    await service.query('INSERT INTO performers (id) VALUES ($1)', [other]);
    await service.query('SELECT ensure_data_key($1, $2, $3, $4)', [otherKey, other, 'm1', Buffer.alloc(60)]);
    expect((await service.query(changeCall({ data_key_id: `'${otherKey}'` }))).rows).toEqual([{ outcome: 'key_destroyed' }]);
  });

  test('cannot end a mood before its time, nor one that is not there', async () => {
    expect((await service.query('SELECT outcome FROM expire_mood($1, 1)', [model])).rows).toEqual([{ outcome: 'superseded' }]);
    expect((await service.query('SELECT outcome FROM expire_mood(uuidv7(), 1)')).rows).toEqual([{ outcome: 'superseded' }]);
    await service.query(changeCall({ expires_at: `now() + interval '1 hour'` }));
    expect((await service.query('SELECT outcome FROM expire_mood($1, 3)', [model])).rows).toEqual([{ outcome: 'not_due' }]);
    expect(await database.query(`SELECT 1 FROM mood_transition_logs WHERE changed_by = 'system'`)).toEqual([]);
  });

  test.each([
    ['an erasure', 'erase', `'${anotherAdmin}'`],
    ['what nobody did', 'read', 'NULL'],
    ['something else', 'glance', `'${anotherAdmin}'`],
  ])('cannot record %s', async (_what, kind, admin) => {
    await expect(service.query(`SELECT record_audit_access('${kind}', ${admin}, '{}')`)).rejects.toMatchObject({ code: '22023' });
  });

  test('cannot choose when a model accepted terms, nor change it', async () => {
    const accept = async () => (await service.query<{ at: Date }>(`SELECT accept_terms($1, 'v1') AS at`, [model])).rows[0]?.at.getTime();
    const before = Date.now();
    const first = (await accept()) ?? NaN;
    expect(first).toBeGreaterThanOrEqual(before - 1);
    expect(await accept()).toBe(first);
  });

  test('takes no count away that still counts', async () => {
    expect((await service.query('SELECT purge_rate_limits(1000) AS removed')).rows).toEqual([{ removed: 0 }]);
    expect(await database.query('SELECT count(*)::int AS rows FROM mood_rate_limits')).toEqual([{ rows: 1 }]);
  });

  test('leads no function astray by tables, functions or settings of its own session', async () => {
    await service.query(`CREATE TEMPORARY TABLE mood_transition_logs (version bigint, hash bytea, model_id uuid, created_at timestamptz)`);
    await service.query(`CREATE TEMPORARY TABLE performers AS SELECT uuidv7() AS id`);
    await service.query(`CREATE TYPE pg_temp.mood_change AS (item integer)`);
    await service.query(`CREATE FUNCTION pg_temp.clock_timestamp() RETURNS timestamptz LANGUAGE sql RETURN timestamptz '2021-01-01'`);
    for (const setting of [
      `search_path = pg_temp, public`,
      `datestyle = 'SQL, DMY'`,
      `timezone = 'Pacific/Kiritimati'`,
      `intervalstyle = 'sql_standard'`,
      `bytea_output = 'escape'`,
      `transform_null_equals = on`,
      `standard_conforming_strings = off`,
      `extra_float_digits = -15`,
    ]) {
      await service.query(`SET ${setting}`);
      expect((await service.query(changeCall({}))).rows).toEqual([{ outcome: 'changed' }]);
    }
    await service.query('DISCARD ALL');
    const owner = connectForTest(database.url);
    const found = await verifyAuditLog(owner, { modelId: model });
    await owner.close();
    expect(found).toMatchObject({ rows: 11, models: 1, problems: 0, first: null });
    expect(await database.query(`SELECT 1 FROM mood_transition_logs WHERE created_at < now() - interval '1 hour'`)).toEqual([]);
  });
});
