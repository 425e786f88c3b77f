import { sessionSetup } from '@mood/postgres';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { Database } from './database.ts';

/** What the API and the worker may do. It cannot log in: the roles that they log in with are members of it. */
export const applicationRole = 'mood_app';

/** What administrators decide about a template. Ids, versions and times are not among it. */
const templateColumns = 'mood_state, template_type, tier_level, content, priority, active, locale, experiment, weight, variables';

/**
 * The tables, and what running processes need of each: a privilege, or one for some columns. Whatever is not here, they cannot do. What has
 * to stay true whoever holds the role is not written directly at all: see `functions`. Looked for by
 * `inspectDatabase`, too.
 */
export const needs: Readonly<Record<string, readonly string[]>> = {
  mood_migrations: ['SELECT (name)'],
  performers: ['SELECT', 'INSERT (id)'],
  model_mood_states: ['SELECT'],
  mood_rate_limits: ['SELECT (change_count, model_id, window_end)'],
  mood_terms_acceptances: ['SELECT'],
  audit_data_keys: ['SELECT'],
  mood_transition_logs: ['SELECT'],
  mood_messaging_templates: ['SELECT', `INSERT (id, ${templateColumns}, created_by)`, `UPDATE (${templateColumns})`],
  mood_template_versions: ['SELECT'],
  // To lock it, which wants a right to update; this column can hold one value only.
  mood_template_catalog: ['SELECT', 'UPDATE (only_row)'],
  mood_template_usage: ['SELECT', 'INSERT', 'UPDATE (rendered, sent, failed)', 'DELETE'],
  // A row-level policy leaves events of moods, notifications and ends of moods to the functions.
  outbox: ['SELECT', 'INSERT', 'UPDATE (queue, job_id, generation, checks, check_after, failed_at)', 'DELETE'],
  auto_reply_conversations: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  auto_replies: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
};

/**
 * Every function of ours. `owner`: runs with the rights of its owner and with a fixed search path, and the role may call it. `caller`: the
 * role may call it, with its own rights. `trigger`: runs with the rights of its owner when a row changes. `inner`: called by other functions
 * and triggers alone. Nobody else may call any.
 */
const functions: Readonly<Record<string, 'owner' | 'caller' | 'trigger' | 'inner'>> = {
  change_mood: 'owner',
  change_moods: 'owner',
  expire_mood: 'owner',
  accept_terms: 'owner',
  ensure_data_key: 'owner',
  record_audit_access: 'owner',
  purge_rate_limits: 'owner',
  receive_user_message: 'caller',
  receive_user_messages: 'caller',
  answer_conversation: 'caller',
  apply_mood_change: 'inner',
  append_transition: 'inner',
  note_who_changed_mood: 'inner',
  mood_transition_hash: 'inner',
  refuse_change: 'inner',
  refuse_template_deletion: 'inner',
  raise_template_revision: 'trigger',
  number_template_version: 'inner',
  append_template_version: 'trigger',
};

/** They belong to the platform, so they may have an owner who alone can grant. */
const platformTables = new Set(['performers']);

/** Where functions with the owner's rights look for names. Temporary tables last: whoever calls them can make some. */
const fixedPath = 'pg_catalog, public, pg_temp';

/** For every function of the name: an upgrade may have two, of before and of now. */
function doorOf([name, kind]: [string, (typeof functions)[string]]): string {
  const runsAsOwner = kind === 'owner' || kind === 'trigger';
  const statements = [
    'REVOKE ALL ON FUNCTION %s FROM PUBLIC',
    ...(runsAsOwner
      ? [`ALTER FUNCTION %s SECURITY DEFINER SET search_path = ${fixedPath}`]
      : ['ALTER FUNCTION %s SECURITY INVOKER RESET ALL']),
    kind === 'owner' || kind === 'caller'
      ? `GRANT EXECUTE ON FUNCTION %s TO ${applicationRole}`
      : `REVOKE ALL ON FUNCTION %s FROM ${applicationRole}`,
  ];
  const executed = statements.map((statement) => `EXECUTE format('${statement}', door);`);
  return `FOR door IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname = '${name}'
    LOOP ${executed.join(' ')} END LOOP;`;
}

/**
 * Makes the role, takes back what it may do, and grants what it needs: after it the role can do exactly that. Repeating it is
 * harmless.
 */
export async function grantApplicationRole(database: Database): Promise<void> {
  const grants = Object.entries(needs).map(([table, needed]) => {
    const privileges = needed.join(', ');
    const grant = `GRANT ${privileges} ON ${table} TO ${applicationRole};`;
    if (!platformTables.has(table)) return grant;
    return `BEGIN ${grant} EXCEPTION WHEN insufficient_privilege THEN RAISE NOTICE 'the owner of ${table} has to grant ${privileges} to ${applicationRole}'; END;`;
  });
  const text = `DO $do$ DECLARE door regprocedure; BEGIN
    -- Two migrations at once take turns.
    PERFORM pg_advisory_xact_lock(7307);
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '${applicationRole}') THEN
      BEGIN
        CREATE ROLE ${applicationRole} NOLOGIN;
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
          RAISE EXCEPTION 'this user cannot make the role "${applicationRole}": let an administrator run CREATE ROLE ${applicationRole} NOLOGIN, then migrate again';
      END;
    END IF;
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${applicationRole};
    ${grants.join('\n    ')}
    -- What runs with the owner's rights finds its tables and operators in this schema: nobody else may put any there.
    REVOKE CREATE ON SCHEMA public FROM PUBLIC, ${applicationRole};
    ${Object.entries(functions).map(doorOf).join('\n    ')}
  END $do$`;
  await database.query({ name: 'grant-application-role', text }, []);
}

/** A role that logs in with a password, and may do what the application role may. */
export interface ServiceLogin {
  login: string;
  password: string;
}

/**
 * Makes the login, or gives an existing one the password. For systems that set themselves up; elsewhere an administrator does it.
 * The database has to be migrated.
 */
export async function ensureServiceLogin(databaseUrl: string, { login, password }: ServiceLogin): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await sessionSetup({ search_path: 'public' })(client);
    const role = escapeIdentifier(login);
    const attributes = `LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD ${escapeLiteral(password)}`;
    await client.query(`DO $do$ BEGIN CREATE ROLE ${role}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $do$`);
    await client.query(`ALTER ROLE ${role} ${attributes}`);
    await client.query(`GRANT ${applicationRole} TO ${role}`);
  } finally {
    await client.end();
  }
}

/** @returns the URL of the same database for another login. */
export function urlFor(databaseUrl: string, { login, password }: ServiceLogin): string {
  const url = new URL(databaseUrl);
  url.username = login;
  url.password = password;
  return url.href;
}
