import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEmbeddedPostgres } from '@mood/embedded-postgres';
import { freePort } from '@mood/testing/free-port';
import { describeOutages } from '../conformance/outages.suite.ts';
import { migrateQueueSchema } from './migrate-queue-schema.ts';

describeOutages('PostgreSQL', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'mood-queue-'));
  const server = createEmbeddedPostgres({ dataDir: path.join(folder, 'database'), port: await freePort() });
  await server.start();
  const databaseUrl = server.url('postgres');
  await migrateQueueSchema({ databaseUrl });
  return {
    options: () => ({ databaseUrl }),
    start: () => server.start(),
    kill: () => server.stop('immediate'),
    async remove() {
      await server.stop('immediate');
      await rm(folder, { recursive: true, force: true });
    },
  };
});
