import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';
import type { RowOf } from '../statement.ts';
import type { MasterKey, MasterKeys } from './master-keys.ts';
import { open, seal } from './sealing.ts';
import { wrapContextOf } from './vault.ts';

const batchSize = 500;

/** What a key that was not destroyed has. */
interface Whole {
  master_key_id: string;
  wrapped_key: Buffer;
}

const keysPerMasterKey = statement('audit-master-keys-in-use', {}, (db) =>
  db
    .selectFrom('audit_data_keys')
    .select((eb) => ['master_key_id', eb.fn.countAll<number>().as('keys')])
    .where('destroyed_at', 'is', null)
    .groupBy('master_key_id')
    .$narrowType<Pick<Whole, 'master_key_id'>>(),
);

const keysToRotate = statement('audit-keys-to-rotate', { newest: 'text' }, (db, { newest }) =>
  db
    .selectFrom('audit_data_keys')
    .select(['id', 'model_id', 'master_key_id', 'wrapped_key'])
    .where('destroyed_at', 'is', null)
    .where('master_key_id', '<>', newest)
    .orderBy('id')
    .limit(batchSize)
    .$narrowType<Whole>(),
);

/** A key that was destroyed or wrapped anew meanwhile is left alone. */
const rewrapKeys = statement(
  'audit-rewrap-keys',
  { ids: 'uuid[]', before: 'bytea[]', wrapped: 'bytea[]', masterKeyId: 'text' },
  (
    _,
    { ids, before, wrapped, masterKeyId },
  ) => sql<never>`UPDATE audit_data_keys k SET master_key_id = ${masterKeyId}, wrapped_key = n.wrapped
    FROM unnest(${ids}, ${before}, ${wrapped}) AS n(id, before, wrapped)
    WHERE k.id = n.id AND k.wrapped_key = n.before AND k.destroyed_at IS NULL`,
);

/** A data key is wrapped by a master key that is not given, or given with another secret. */
export class MasterKeyMissing extends Error {
  override readonly name = 'MasterKeyMissing';
}

/**
 * Wraps every data key under the first master key. What the data keys have sealed stays as it is, so this may run while the system
 * does, be stopped at any time and be repeated.
 * @returns how many were wrapped anew. @throws MasterKeyMissing: for one that is not given before anything is changed.
 */
export async function rotateDataKeys(
  database: Database,
  masterKeys: MasterKeys,
  progress: (done: number, total: number) => void | Promise<void> = () => {},
): Promise<number> {
  const [newest] = masterKeys;
  const byId = new Map<string, MasterKey>(masterKeys.map((key) => [key.id, key]));
  const used = await keysPerMasterKey.run(database.query, {});
  const missing = used
    .filter(({ master_key_id }) => !byId.has(master_key_id))
    .map(({ master_key_id, keys }) => `"${master_key_id}" (${keys})`);
  if (missing.length > 0) {
    throw new MasterKeyMissing(
      `Data keys are wrapped by master keys that AUDIT_MASTER_KEYS does not hold: ${missing.join(', ')}. Nothing was changed.`,
    );
  }
  const total = used.reduce((sum, { master_key_id, keys }) => sum + (master_key_id === newest.id ? 0 : keys), 0);
  let done = 0;
  for (;;) {
    const rows = await keysToRotate.run(database.query, { newest: newest.id });
    if (rows.length === 0) return done;
    await rewrap(database, rows, byId, newest);
    done += rows.length;
    await progress(done, Math.max(total, done));
  }
}

function opened(master: MasterKey, wrappedKey: Buffer, context: string): Buffer {
  try {
    return open(master.secret, wrappedKey, context);
  } catch (cause) {
    throw new MasterKeyMissing(
      `A data key does not open with the master key "${master.id}": it is not the one that the key was wrapped by.`,
      {
        cause,
      },
    );
  }
}

async function rewrap(
  database: Database,
  rows: readonly RowOf<typeof keysToRotate>[],
  byId: ReadonlyMap<string, MasterKey>,
  newest: MasterKey,
): Promise<void> {
  const wrapped = rows.map(({ id, model_id, master_key_id, wrapped_key }) => {
    const master = byId.get(master_key_id);
    if (master === undefined) throw new MasterKeyMissing(`A data key is wrapped by the master key "${master_key_id}", which is not given.`);
    const context = wrapContextOf(id, model_id);
    return seal(newest.secret, opened(master, wrapped_key, context), context);
  });
  const before = rows.map(({ wrapped_key }) => wrapped_key);
  await rewrapKeys.run(database.query, { ids: rows.map(({ id }) => id), before, wrapped, masterKeyId: newest.id });
}
