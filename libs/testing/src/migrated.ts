import { applicationRole, ensureServiceLogin, migrate } from '@mood/db';
import { migrateQueueSchema } from '@mood/queue';
import { serviceLogin } from './database.ts';

/** Brings a database to what the system runs on: its tables, the queues' tables, and the role that the API and the worker log in with. */
export async function migrateAll(databaseUrl: string): Promise<void> {
  await migrate({ databaseUrl });
  await migrateQueueSchema({ databaseUrl, applicationRole });
  await ensureServiceLogin(databaseUrl, serviceLogin);
}
