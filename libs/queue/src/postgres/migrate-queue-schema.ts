import { sessionSetup } from '@mood/postgres';
import { MIGRATION_ADVISORY_LOCK_KEY, runMigrations } from 'bullmq';
import { Client, escapeIdentifier } from 'pg';
import { queueNames } from '../catalog.ts';
import { promoteInSteps } from './promotion.ts';
import { keepQuiet } from './quiet.ts';

export interface QueueMigration {
  databaseUrl: string;
  schema?: string | undefined;
  /** An existing role that is to use the queues, and not to change their tables. */
  applicationRole?: string;
}

/**
 * Makes the queues' tables and functions, or brings them up to date. Repeating it changes nothing; several at once take turns.
 * @returns the version of the schema.
 */
export async function migrateQueueSchema(options: QueueMigration): Promise<number> {
  const { schema = 'bullmq', applicationRole } = options;
  const client = new Client({
    connectionString: options.databaseUrl,
    application_name: 'mood-migrate',
    connectionTimeoutMillis: 10_000,
  });
  // Without a listener a connection that is lost between two statements would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await sessionSetup({})(client);
    const version = await runMigrations(client, schema);
    await client.query('BEGIN');
    // BullMQ's own lock: several migrations at once take turns here, too.
    await client.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [MIGRATION_ADVISORY_LOCK_KEY, schema]);
    await client.query(`SET LOCAL search_path TO ${escapeIdentifier(schema)}`);
    await promoteInSteps(client, schema);
    await keepQuiet(client, schema);
    await client.query('COMMIT');
    await makeSequences(client, schema);
    if (applicationRole !== undefined) await client.query(grantsTo(escapeIdentifier(applicationRole), escapeIdentifier(schema)));
    return version;
  } finally {
    await client.end();
  }
}

/** BullMQ makes a sequence per queue at its first job. Made here, whoever adds jobs needs no right to make anything. */
async function makeSequences(client: Client, schema: string): Promise<void> {
  await client.query(`SET search_path TO ${escapeIdentifier(schema)}`);
  for (const queue of queueNames) {
    const { rows } = await client.query<{ statement: string }>(
      `SELECT format('CREATE SEQUENCE IF NOT EXISTS %I', job_id_seq_name($1)) AS statement`,
      [queue],
    );
    for (const { statement } of rows) await client.query(statement);
  }
}

const grantsTo = (role: string, schema: string) => `
  GRANT USAGE ON SCHEMA ${schema} TO ${role};
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role};
  GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role};
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} TO ${role};`;
