import { sessionSetup } from '@mood/postgres';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { Database } from './database.ts';

/** What the API and the worker may do. It cannot log in: the roles that they log in with are members of it. */
export const applicationRole = 'mood_app';

/** The tables, and what running processes need of each. Whatever is not here, they cannot do. Looked for by `inspectDatabase`, too. */
export const needs: Readonly<Record<string, string>> = {
  mood_migrations: 'SELECT (name)',
  performers: 'SELECT, INSERT',
  users: 'SELECT',
  model_mood_states: 'SELECT, INSERT, UPDATE',
  mood_rate_limits: 'SELECT, INSERT, DELETE',
  mood_terms_acceptances: 'SELECT, INSERT',
  audit_data_keys: 'SELECT, INSERT',
  mood_transition_logs: 'SELECT, INSERT',
  mood_audit_accesses: 'SELECT, INSERT',
  mood_messaging_templates: 'SELECT, INSERT, UPDATE',
  mood_template_versions: 'SELECT, INSERT',
  mood_template_catalog: 'SELECT, UPDATE',
  mood_template_usage: 'SELECT, INSERT, UPDATE, DELETE',
  outbox: 'SELECT, INSERT, UPDATE, DELETE',
  auto_reply_conversations: 'SELECT, INSERT, UPDATE, DELETE',
  auto_replies: 'SELECT, INSERT, UPDATE, DELETE',
};

/** They belong to the platform, so they may have an owner who alone can grant. */
const platformTables = new Set(['performers', 'users']);

/**
 * Makes the role, takes back what it may do, and grants what it needs: after it the role can do exactly that. Repeating it is
 * harmless.
 */
export async function grantApplicationRole(database: Database): Promise<void> {
  const grants = Object.entries(needs).map(([table, privileges]) => {
    const grant = `GRANT ${privileges} ON ${table} TO ${applicationRole};`;
    if (!platformTables.has(table)) return grant;
    return `BEGIN ${grant} EXCEPTION WHEN insufficient_privilege THEN RAISE NOTICE 'the owner of ${table} has to grant ${privileges} to ${applicationRole}'; END;`;
  });
  const text = `DO $do$ BEGIN
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
