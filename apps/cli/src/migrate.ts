import { applicationRole, databaseSettings, migrate } from '@mood/db';
import { migrateQueueSchema, queueSettings } from '@mood/queue';
import { describeError, describeSettings, exitOnBadSettings, readCommandLine } from '@mood/runtime';

/** `npm run migrate`: the schema of the system, and that of the queues when they live in PostgreSQL. Repeating it changes nothing. */
const known = { ...queueSettings, databaseUrl: databaseSettings.databaseUrl };
readCommandLine(
  `npm run migrate: brings the schema of the database up to date, and that of the queues when there is no REDIS_URL; grants the role
"${applicationRole}" what API and worker need. Repeating it changes nothing. DATABASE_URL is that of the owner of the tables.

The exit code is 0 when all is up to date, 1 when it could not be done, 2 when the command line was not understood.

Settings, from the environment:
${describeSettings(known)}`,
  {},
);
const settings = exitOnBadSettings(known);

try {
  const { migrations, functions } = await migrate({
    databaseUrl: settings.databaseUrl,
    onTableInUse: () =>
      console.error(
        'A table is in use, by a backup or an open transaction (pg_stat_activity shows it). Nothing waits for it: trying again.',
      ),
  });
  if (migrations.length === 0 && functions.length === 0) console.log('The schema was up to date.');
  if (migrations.length > 0) console.log(`Migrated: ${migrations.join(', ')}.`);
  if (functions.length > 0) console.log(`Made: ${functions.map((name) => `${name}()`).join(', ')}.`);
  if (settings.redisUrl === undefined) {
    const version = await migrateQueueSchema({ databaseUrl: settings.databaseUrl, schema: settings.queueSchema, applicationRole });
    console.log(`The schema of the queues ("${settings.queueSchema}") is at version ${version}.`);
  }
  console.log(`The role "${applicationRole}" may do what the API and the worker need: let them log in as a member of it.`);
} catch (error) {
  console.error(`The migration failed; nothing of the failed step was kept: ${describeError(error)}`);
  process.exitCode = 1;
}
