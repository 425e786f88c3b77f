import { runMigrations } from 'bullmq';
import { Client } from 'pg';

/**
 * Makes the queues' tables and functions, or brings them up to date. Repeating it changes nothing; several at once take turns.
 * @returns the version of the schema.
 */
export async function migrateQueueSchema(options: { databaseUrl: string; schema?: string | undefined }): Promise<number> {
  const client = new Client({
    connectionString: options.databaseUrl,
    application_name: 'mood-migrate',
    connectionTimeoutMillis: 10_000,
  });
  // Without a listener a connection that is lost between two statements would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await runMigrations(client, options.schema ?? 'bullmq');
  } finally {
    await client.end();
  }
}
