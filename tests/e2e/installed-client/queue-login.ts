import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestDatabase } from '@mood/testing/database';

export interface QueueLogin {
  /** Connects as the message service. */
  url: string;
  drop(): Promise<void>;
}

const guide = path.resolve(import.meta.dirname, '../../../docs/integration.md');

/** Makes a login for the message service by what the integration guide says, word for word but for the name and the password. */
export async function createQueueLogin(database: TestDatabase): Promise<QueueLogin> {
  const name = `message_service_${randomBytes(6).toString('hex')}`;
  const [, statements] = /```sql\n(.*?)```/s.exec(await readFile(guide, 'utf8')) ?? [];
  if (statements === undefined) throw new Error('the integration guide has no SQL');
  await database.query(statements.replaceAll('message_service', name).replace('…', 'known-to-the-test'));
  const url = new URL(database.url);
  url.username = name;
  url.password = 'known-to-the-test';
  return {
    url: url.href,
    async drop() {
      await database.query(`DROP OWNED BY ${name}`);
      await database.query(`DROP ROLE ${name}`);
    },
  };
}
