import { sessionSetup } from '@mood/postgres';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';

/** Has the rights of the API and the worker (`sql/rights.sql`). It cannot log in: the roles that they log in with are members of it. */
export const applicationRole = 'mood_app';

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
