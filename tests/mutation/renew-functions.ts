import { administer, databaseUrl, templateDatabase, testServerUrl } from '@mood/testing/database';
import { migrateAll } from '@mood/testing/migrated';

// Run by the runner of planted faults: makes the SQL functions of this checkout in the database that every test's database is a copy of.
const server = testServerUrl();
const allowConnections = (allowed: boolean) => administer(server, `ALTER DATABASE ${templateDatabase} WITH ALLOW_CONNECTIONS ${allowed}`);
await allowConnections(true);
try {
  await migrateAll(databaseUrl(server, templateDatabase));
} finally {
  await allowConnections(false);
}
