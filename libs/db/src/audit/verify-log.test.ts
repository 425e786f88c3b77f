import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { count } from '@mood/testing/counts';
import * as fc from 'fast-check';
import { createMasterKey, openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createMoodStore } from '../moods/mood-store.ts';
import { changeMood, writeAuditLog } from './audit-log.fixture.ts';
import { createCheckpointWriter } from './checkpoint.ts';
import { readCheckpointText, readTails } from './checkpoint.fixture.ts';
import type { Checkpoint } from './checkpoint.ts';
import { createAuditVault } from './vault.ts';
import { verifyAuditLog } from './verify-log.ts';
import type { VerificationSoFar, VerifyOptions } from './verify-log.ts';
import { verifyRange } from './verify-range.ts';

const [models, changes] = [12, 9];
const key = createMasterKey('m1');

let opened: DatabaseUnderTest;
let ids: string[];
let checkpoint: Checkpoint;

const verify = (options: VerifyOptions = {}) => verifyAuditLog(opened.database, options);
/** Batches and parts of a few rows, with borders everywhere; also by several at a time. */
interface Cut {
  rows: number;
  models: number;
  walkers: number;
}
const cut: fc.Arbitrary<Cut> = fc.record({
  rows: fc.constantFrom(2, 5, 9, 50),
  models: fc.constantFrom(1, 2, 5, 1_000),
  walkers: fc.constantFrom(1, 3),
});
const whole: Cut = { rows: 2_000, models: 1_000, walkers: 1 };
const verifyCut = ({ rows, models: perPart, walkers }: Cut, options: VerifyOptions = {}) =>
  verify({
    ...options,
    sizes: { rows, models: perPart },
    walkers: Array.from({ length: walkers }, () => (range, walking) => verifyRange(opened.database, range, walking)),
  });

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  ids = await writeAuditLog(opened.database, createAuditVault(opened.database, [key]), models, changes);
  let text = '';
  const writer = await createCheckpointWriter([key], new Date(), (line) => {
    text += line;
  });
  await verify({ onTail: writer.add });
  writer.end();
  checkpoint = await readCheckpointText(text, [key]);
  await opened.sql.query(`CREATE TABLE kept_log AS TABLE mood_transition_logs; CREATE TABLE kept_states AS TABLE model_mood_states`);
});
afterAll(() => opened.close());

/** Past the triggers and constraints, as only a superuser can; and back to where it was. */
async function whileTampered<T>(statements: readonly string[], look: () => Promise<T>): Promise<T> {
  await opened.sql.query(`SET session_replication_role = replica`);
  try {
    for (const statement of statements) await opened.sql.query(statement);
    return await look();
  } finally {
    await opened.sql.query(`TRUNCATE mood_transition_logs; INSERT INTO mood_transition_logs TABLE kept_log;
      DELETE FROM model_mood_states; INSERT INTO model_mood_states TABLE kept_states`);
    await opened.sql.query(`SET session_replication_role = origin`);
  }
}

const rowAt = (model: string, version: number) => `model_id = '${model}' AND version = ${version}`;
const flipped = (column: string) =>
  `${column} = set_byte(coalesce(${column}, '\\x00'::bytea), 0, (get_byte(coalesce(${column}, '\\x00'::bytea), 0) + 1) % 256)`;

/** One small change to each column. */
const edits: readonly string[] = [
  `id = '${randomUUID()}'`,
  `held_until = coalesce(held_until, created_at) + interval '1 minute'`,
  `previous_state = CASE previous_state WHEN 'positive' THEN 'negative' ELSE 'positive' END`,
  `new_state = CASE new_state WHEN 'positive' THEN 'negative' ELSE 'positive' END`,
  `changed_by = CASE changed_by WHEN 'admin' THEN 'system' ELSE 'admin' END`,
  `admin_user_id = '${randomUUID()}'`,
  `data_key_id = '${randomUUID()}'`,
  `auto_respond = NOT auto_respond`,
  `response_delay = response_delay + 1`,
  `expires_at = coalesce(expires_at, now()) + interval '1 microsecond'`,
  `created_at = created_at - interval '1 microsecond'`,
  ...['admin_reason', 'custom_message', 'ip_address', 'user_agent', 'previous_hash', 'hash'].map(flipped),
];

/** Computes the chain anew from a version on, as somebody would who knows how. */
const computeAnew = (model: string, from: number) => `DO $$ DECLARE l mood_transition_logs; h bytea; BEGIN
  SELECT hash INTO h FROM mood_transition_logs WHERE model_id = '${model}' AND version = ${from - 1};
  FOR l IN SELECT * FROM mood_transition_logs WHERE model_id = '${model}' AND version >= ${from} ORDER BY version LOOP
    l.previous_hash := h; h := mood_transition_hash(l);
    UPDATE mood_transition_logs SET previous_hash = l.previous_hash, hash = h WHERE model_id = l.model_id AND version = l.version;
  END LOOP; END $$`;

interface Tampering {
  name: string;
  model: number;
  statements: (model: string, other: string) => string[];
}

const anyVersion = fc.integer({ min: 1, max: changes });
const byModel = (name: string, statements: fc.Arbitrary<Tampering['statements']>) =>
  fc.record({ name: fc.constant(name), model: fc.integer({ min: 0, max: models - 1 }), statements });

const exchange = (columns: string, a: string, b: string) => [
  `UPDATE mood_transition_logs x SET (${columns}) = (SELECT ${columns} FROM kept_log y WHERE ${b}) WHERE ${a}`,
  `UPDATE mood_transition_logs x SET (${columns}) = (SELECT ${columns} FROM kept_log y WHERE ${a}) WHERE ${b}`,
];
const contents =
  'previous_state, new_state, changed_by, admin_user_id, admin_reason, custom_message, ip_address, user_agent, data_key_id, auto_respond, response_delay, held_until, created_at';

const tamperings: readonly fc.Arbitrary<Tampering>[] = [
  byModel(
    'edit',
    fc.tuple(anyVersion, fc.constantFrom(...edits)).map(([version, edit]) => (model) => [
      `UPDATE mood_transition_logs SET ${edit} WHERE ${rowAt(model, version)}`,
    ]),
  ),
  byModel(
    'edit, and compute anew what follows',
    fc.tuple(anyVersion, fc.constantFrom(...edits.slice(0, -2))).map(([version, edit]) => (model) => [
      `UPDATE mood_transition_logs SET ${edit} WHERE ${rowAt(model, version)}`,
      computeAnew(model, version),
    ]),
  ),
  byModel(
    'swap the contents of two rows',
    fc
      .tuple(anyVersion, anyVersion)
      .filter(([a, b]) => a !== b)
      .map(
        ([a, b]) =>
          (model) =>
            exchange(contents, rowAt(model, a), rowAt(model, b)),
      ),
  ),
  byModel(
    'swap rows of two models',
    anyVersion.map(
      (version) => (model, other) => exchange(`${contents}, hash, previous_hash`, rowAt(model, version), rowAt(other, version)),
    ),
  ),
  byModel(
    'reorder',
    fc
      .tuple(anyVersion, anyVersion)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => (model) => [
        `UPDATE mood_transition_logs SET version = 1000 WHERE ${rowAt(model, a)}`,
        `UPDATE mood_transition_logs SET version = ${a} WHERE ${rowAt(model, b)}`,
        `UPDATE mood_transition_logs SET version = ${b} WHERE ${rowAt(model, 1000)}`,
      ]),
  ),
  byModel(
    'delete',
    anyVersion.map((version) => (model) => [`DELETE FROM mood_transition_logs WHERE ${rowAt(model, version)}`]),
  ),
  byModel(
    'delete, and close the gap',
    fc
      .integer({ min: 1, max: changes - 1 })
      .map((version) => (model) => [
        `DELETE FROM mood_transition_logs WHERE ${rowAt(model, version)}`,
        `UPDATE mood_transition_logs SET version = -version WHERE model_id = '${model}' AND version > ${version}`,
        `UPDATE mood_transition_logs SET version = -version - 1 WHERE model_id = '${model}' AND version < 0`,
        computeAnew(model, version),
        `UPDATE model_mood_states SET version = version - 1 WHERE model_id = '${model}'`,
      ]),
  ),
  byModel(
    'insert',
    anyVersion.map((version) => (model) => [
      `INSERT INTO mood_transition_logs SELECT (r).* FROM (SELECT jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(),
        'version', ${changes + 1})) AS r FROM kept_log l WHERE ${rowAt(model, version)}) x`,
      ...(version % 2 === 0 ? [computeAnew(model, changes + 1)] : []),
    ]),
  ),
  byModel(
    'cut off the tail',
    fc
      .integer({ min: 2, max: changes })
      .map((version) => (model) => [`DELETE FROM mood_transition_logs WHERE model_id = '${model}' AND version >= ${version}`]),
  ),
  byModel(
    'cut off the tail, and set the mood back',
    fc
      .integer({ min: 2, max: changes })
      .map((version) => (model) => [
        `DELETE FROM mood_transition_logs WHERE model_id = '${model}' AND version >= ${version}`,
        `UPDATE model_mood_states SET version = ${version - 1} WHERE model_id = '${model}'`,
      ]),
  ),
  byModel(
    'take a model out altogether',
    fc.constant((model: string) => [
      `DELETE FROM mood_transition_logs WHERE model_id = '${model}'`,
      `DELETE FROM model_mood_states WHERE model_id = '${model}'`,
    ]),
  ),
];

/** Shifts the times of a model's rows from a version on, and computes the chain anew: every hash fits. */
const redated = (model: string, from: number, to: number, interval: string) => [
  `UPDATE mood_transition_logs SET created_at = created_at + interval '${interval}'
    WHERE model_id = '${model}' AND version BETWEEN ${from} AND ${to}`,
  computeAnew(model, from),
];

describe('times in a chain whose every hash fits', () => {
  const went = 'its time is before that of the row before it';
  test.each([
    ['a last row of 2021', changes, changes, '-5 years', changes, went],
    ['a row in the middle of 2021', 4, 4, '-5 years', 4, went],
    ['a row that is an hour early', 5, 5, '-1 hour', 5, went],
    ['a row that is a minute early', 6, 6, '-1 minute', 6, went],
    ['a first row of the next year', 1, 1, '1 year', 2, went],
    ['a row in the middle of the next hour', 3, 3, '1 hour', 4, went],
    ['the second half of last year', 5, changes, '-1 year', 5, went],
    ['the first half of next year', 1, 4, '1 year', 5, went],
    ['all but the last of tomorrow', 1, changes - 1, '1 day', changes, went],
    ['the last three of yesterday', changes - 2, changes, '-1 day', changes - 2, went],
  ])('go back: %s', async (_what, from, to, interval, version, problem) => {
    const [model = ''] = ids;
    const found = await whileTampered(redated(model, from, to, interval), () => verify());
    expect(found).toMatchObject({ problems: 1, first: { modelId: model, version, problem } });
  });

  test.each(['-5 years', '-1 hour', '-10 minutes'])('of a model that the checkpoint does not know are before it: %s', async (interval) => {
    const made = randomUUID();
    const insert = `INSERT INTO mood_transition_logs SELECT (r).* FROM (SELECT jsonb_populate_record(l, jsonb_build_object(
      'id', gen_random_uuid(), 'model_id', '${made}', 'created_at', l.created_at + interval '${interval}')) AS r
      FROM kept_log l WHERE ${rowAt(ids[0] ?? '', 1)}) x`;
    const found = await whileTampered([insert, computeAnew(made, 1)], () => verify({ checkpoint }));
    const problem = 'its time is before the checkpoint, which does not know this model';
    expect(found).toMatchObject({ problems: 1, first: { modelId: made, version: 1, problem } });
  });

  test('are those of a reset that nothing has ended for', async () => {
    const [model = ''] = ids;
    const edit = `UPDATE mood_transition_logs SET changed_by = 'system', admin_user_id = NULL WHERE ${rowAt(model, 5)}`;
    const found = await whileTampered([edit, computeAnew(model, 5)], () => verify());
    const problem = 'it says that a mood had ended, and the row before it has no end that had come';
    expect(found).toMatchObject({ problems: 1, first: { modelId: model, version: 5, problem } });
  });
});

describe('the walk through the audit log', () => {
  test('finds nothing in a log that nobody touched, and tells how far it is', async () => {
    const seen: number[][] = [];
    const found = await verify({ checkpoint, progress: (done, total) => void seen.push([done, total]) });
    expect(found).toMatchObject({ rows: models * changes, models, complete: models, incomplete: 0, problems: 0, first: null });
    expect(seen.at(-1)).toEqual([models * changes, models * changes]);
    expect((await readTails(checkpoint)).map(({ modelId }) => modelId)).toEqual(ids.toSorted());
  });

  test('finds every one of 1,000 tamperings, and names the model', async () => {
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(...tamperings),
        fc.oneof({ weight: 9, arbitrary: fc.constant(whole) }, { weight: 1, arbitrary: cut }),
        async ({ name, model, statements }, pieces) => {
          kinds.add(name);
          const [tampered = '', other = ''] = [ids[model], ids[(model + 1) % models]];
          const found = await whileTampered(statements(tampered, other), () => verifyCut(pieces, { checkpoint }));
          expect(found.problems).toBeGreaterThan(0);
          expect([tampered, other]).toContain(found.first?.modelId);
          expect(found.first?.problem).toMatch(/\w+ \w+/);
        },
      ),
      { numRuns: count(1_000, 300) },
    );
    expect(kinds.size).toBe(tamperings.length);
    expect((await verify({ checkpoint })).problems).toBe(0);
  }, 300_000);

  test.each(['edit', 'swap the contents of two rows', 'reorder', 'delete', 'insert', 'cut off the tail'])(
    'needs no checkpoint to find: %s',
    async (kind) => {
      const statements = fc.sample(
        fc.oneof(...tamperings).filter(({ name }) => name === kind),
        5,
      );
      for (const { model, statements: make } of statements) {
        const found = await whileTampered(make(ids[model] ?? '', ids[(model + 1) % models] ?? ''), () => verify());
        expect([kind, found.problems]).not.toEqual([kind, 0]);
      }
    },
  );

  test('names the first bad row, and what is wrong with it', async () => {
    const [model = ''] = ids.toSorted();
    const statement = `UPDATE mood_transition_logs SET new_state = 'negative', created_at = now() WHERE ${rowAt(model, 4)}`;
    const found = await whileTampered([statement], () => verify());
    const { rows } = await opened.sql.query(`SELECT id FROM mood_transition_logs WHERE ${rowAt(model, 4)}`);
    expect(found).toMatchObject({
      problems: 1,
      first: { modelId: model, version: 4, id: rows[0].id, problem: 'its content was changed after it was written' },
    });
  });

  test('of one model looks at no other', async () => {
    const [model = '', other = ''] = ids;
    const statement = `UPDATE mood_transition_logs SET response_delay = 300 WHERE ${rowAt(other, 2)}`;
    await whileTampered([statement], async () => {
      expect(await verify({ modelId: model, checkpoint })).toMatchObject({ rows: changes, models: 1, problems: 0 });
      expect(await verify({ modelId: other })).toMatchObject({ models: 1, problems: 1 });
    });
  });

  test('is not led astray by a hash function that was exchanged in the database', async () => {
    const [model = ''] = ids;
    const definition = await opened.sql.query(`SELECT pg_get_functiondef('mood_transition_hash'::regproc) AS text`);
    await opened.sql.query(
      `CREATE OR REPLACE FUNCTION mood_transition_hash(l mood_transition_logs) RETURNS bytea LANGUAGE sql STABLE RETURN l.hash`,
    );
    try {
      const found = await whileTampered([`UPDATE mood_transition_logs SET auto_respond = NOT auto_respond WHERE ${rowAt(model, 3)}`], () =>
        verify(),
      );
      expect(found.problems).toBe(1);
    } finally {
      await opened.sql.query(definition.rows[0].text);
    }
  });

  test('is not led astray by an operator that fits better than PostgreSQL’s', async () => {
    const [model = ''] = ids;
    const edit = `UPDATE mood_transition_logs SET created_at = created_at + interval '1 microsecond' WHERE ${rowAt(model, changes)}`;
    await opened.sql.query(`CREATE FUNCTION times(a numeric, b integer) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT a * b::numeric -
      (a * b::numeric = (SELECT 1 + extract(epoch FROM created_at) * 1000000::numeric FROM kept_log WHERE ${rowAt(model, changes)}))::int::numeric $$;
      CREATE OPERATOR * (LEFTARG = numeric, RIGHTARG = integer, FUNCTION = times)`);
    try {
      expect(await whileTampered([edit], () => verify({ modelId: model }))).toMatchObject({ problems: 1, first: { version: changes } });
    } finally {
      await opened.sql.query(`DROP OPERATOR * (numeric, integer); DROP FUNCTION times`);
    }
  });

  test('counts the models in which something is wrong, wherever it is cut', async () => {
    const [edited = '', gone = '', unlogged = ''] = ids;
    const statements = [
      `UPDATE mood_transition_logs SET response_delay = 300 WHERE ${rowAt(edited, 2)}`,
      `DELETE FROM mood_transition_logs WHERE model_id IN ('${gone}', '${unlogged}')`,
      `DELETE FROM model_mood_states WHERE model_id = '${gone}'`,
    ];
    const counts = { rows: (models - 2) * changes, models: models - 2, complete: models - 3, incomplete: 3, problems: 4 };
    await whileTampered(statements, () =>
      fc.assert(
        fc.asyncProperty(cut, async (pieces) => {
          expect(await verifyCut(pieces, { checkpoint })).toMatchObject(counts);
        }),
        { numRuns: 10 },
      ),
    );
  });

  test('may be stopped anywhere, and gone on with', async () => {
    const [early = '', late = ''] = [ids.toSorted()[1], ids.toSorted()[9]];
    const flip = (model: string) => `UPDATE mood_transition_logs SET auto_respond = NOT auto_respond WHERE ${rowAt(model, 3)}`;
    const sizes = { rows: 4, models: 2 };
    const { once, parts } = await whileTampered([flip(early), flip(late)], async () => {
      const found = await verify({ checkpoint });
      let from: VerificationSoFar | undefined;
      let [runs, tails] = [0, 0];
      for (let done = false; !done; runs += 1) {
        const stopped = new AbortController();
        const onStep = (soFar: VerificationSoFar) => {
          from = soFar;
          stopped.abort();
        };
        done = await verify({ checkpoint, sizes, from, signal: stopped.signal, onStep, onTail: () => void (tails += 1) }).then(
          () => true,
          (error: Error) => {
            if (error.name !== 'AbortError') throw error;
            return false;
          },
        );
      }
      return { once: found, parts: { found: from?.found, runs, tails } };
    });
    expect(once).toMatchObject({ problems: 2, first: { modelId: early } });
    expect(parts.found).toMatchObject({ ...once, startedAt: expect.any(Date) });
    expect(parts.found?.startedAt.getTime()).toBeGreaterThanOrEqual(once.startedAt.getTime());
    expect(parts.runs).toBeGreaterThan(models / sizes.models - 1);
    expect(parts.tails).toBe(models - 2);
  });

  test('gives no false alarm for what is written between two batches', async () => {
    const vault = createAuditVault(opened.database, [key]);
    const writing = opened.connectAnother();
    const moods = createMoodStore(writing, vault);
    let batches = 0;
    const progress = async () => {
      // Each time another model goes on, and one appears at any place of the order.
      await changeMood(moods, ids[batches % models] ?? '', batches);
      if (batches % 5 === 0) await writeAuditLog(writing, vault, 1, 2);
      batches += 1;
    };
    const found = await verifyCut({ rows: 3, models: 2, walkers: 2 }, { checkpoint, progress });
    expect(found).toMatchObject({ problems: 0, first: null });
    expect(batches).toBeGreaterThan(models * 2);
    expect((await verify({ checkpoint })).problems).toBe(0);
  });

  test('keeps no snapshot for longer than a batch', async () => {
    let first: Date | undefined;
    const held: unknown[] = [];
    const progress = async () => {
      const { rows } = await opened.sql.query(`SELECT clock_timestamp() AS now, (SELECT min(xact_start) FROM pg_stat_activity
        WHERE datname = current_database() AND pid != pg_backend_pid() AND xact_start IS NOT NULL) AS oldest`);
      // The batch after the first one may be on its way already.
      if (first === undefined) first = rows[0].now;
      else if (held.length > 0 && rows[0].oldest !== null) expect(rows[0].oldest.getTime()).toBeGreaterThan(first.getTime() - 1);
      held.push(rows[0].oldest);
    };
    await verify({ sizes: { rows: 5, models: 1_000 }, progress });
    expect(held.length).toBeGreaterThan(10);
  });
});
