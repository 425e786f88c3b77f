import { envCount, envMilliseconds, envWholeNumber, keyListSetting, setting } from '@mood/runtime';
import { databaseUrlSchema, weakDatabaseUrl } from './database-url.ts';

export const databaseSettings = {
  databaseUrl: setting({
    env: 'DATABASE_URL',
    doc: 'the PostgreSQL 18 database, for example postgres://user:password@host:5432/mood',
    schema: databaseUrlSchema,
    secret: true,
    weakness: weakDatabaseUrl,
  }),
  poolMax: setting({
    env: 'DATABASE_POOL_MAX',
    doc: 'the most database connections of this process',
    schema: envCount,
    default: '10',
  }),
  connectTimeoutMs: setting({
    env: 'DATABASE_CONNECT_TIMEOUT_MS',
    doc: 'milliseconds to wait for a connection before the call fails',
    schema: envMilliseconds,
    default: '2000',
  }),
  statementTimeoutMs: setting({
    env: 'DATABASE_STATEMENT_TIMEOUT_MS',
    doc: 'milliseconds after which the database gives up a statement',
    schema: envMilliseconds,
    default: '5000',
  }),
};

export const readReplicaSettings = {
  databaseReadUrl: setting({
    env: 'DATABASE_READ_URL',
    doc: 'a streaming replica of the database, from which history, the audit log, exports and analytics are read',
    schema: databaseUrlSchema.optional(),
    secret: true,
    weakness: weakDatabaseUrl,
  }),
  readLagSeconds: setting({
    env: 'READ_LAG_SECONDS',
    doc: 'seconds that the replica may be behind; one that is further behind, or down, is passed over, and the database itself is read',
    schema: envWholeNumber('seconds, a whole number', 3, 3_600),
    default: '10',
  }),
};

export const autoReplySettings = {
  cooldownSeconds: setting({
    env: 'AUTO_REPLY_COOLDOWN_SECONDS',
    doc: 'seconds after an automatic reply in which its user gets no other in that conversation, a day at most',
    schema: envWholeNumber('seconds, a whole number (a day at most: after that conversations are forgotten)', 0, 86_400),
    default: '300',
  }),
  maxLateSeconds: setting({
    env: 'AUTO_REPLY_MAX_LATE_SECONDS',
    doc: 'seconds after which an automatic reply that is overdue is not sent any more, a day at most',
    schema: envWholeNumber('seconds, a whole number', 1, 86_400),
    default: '900',
  }),
  dailyCap: setting({
    env: 'AUTO_REPLY_DAILY_CAP',
    doc: 'the most automatic replies of a model to the same user in 24 hours',
    schema: envWholeNumber('replies, a whole number', 1, 100_000),
    default: '20',
  }),
};

export const auditSettings = {
  auditMasterKeys: keyListSetting({ env: 'AUDIT_MASTER_KEYS', doc: 'the keys that wrap the audit data keys' }),
};
