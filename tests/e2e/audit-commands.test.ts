import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditSettings, writeKeptVerification } from '@mood/db';
import { createCommands } from '@mood/testing/commands';
import { eventually } from '@mood/testing/eventually';
import { startNodeProcess } from '@mood/testing/process';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';
import { Client } from 'pg';

const commands = createCommands();
let stack: Stack;
let folder: string;
let models: Model[];

beforeAll(async () => {
  stack = await startStack();
  folder = await mkdtemp(path.join(tmpdir(), 'mood-audit-'));
  models = [await stack.createModel(), await stack.createModel(), await stack.createModel()];
  for (const model of models) {
    for (const moodState of ['positive', 'negative', 'neutral', 'positive']) {
      await stack.api.post('/api/v1/mood/update', { moodState, customMessage: 'A message to seal' }, model.token);
    }
  }
});
afterAll(async () => {
  await commands.stop();
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

const run = (command: string, args: string[] = [], env: Record<string, string | undefined> = {}) =>
  commands.run([`apps/cli/src/audit-${command}.ts`, ...args], {
    DATABASE_URL: stack.database.url,
    DATA_DIR: folder,
    AUDIT_MASTER_KEYS: stack.env['AUDIT_MASTER_KEYS'],
    ...env,
  });

/** What analytics know of the last verification. */
async function lastVerification(): Promise<unknown> {
  const [row] = await stack.database.query('SELECT * FROM audit_verifications ORDER BY created_at DESC LIMIT 1');
  return row;
}

async function tampered(statement: string, look: () => Promise<void>, undo: string): Promise<void> {
  await stack.database.query(`ALTER TABLE mood_transition_logs DISABLE TRIGGER ALL`);
  try {
    await stack.database.query(statement);
    await look();
    await stack.database.query(undo);
  } finally {
    await stack.database.query(`ALTER TABLE mood_transition_logs ENABLE TRIGGER ALL`);
  }
}

describe('npm run audit:verify', () => {
  test('says that all is well, shows how far it is, and exits with 0', async () => {
    const { code, out, err } = await run('verify');
    expect([code, out]).toEqual([0, 'The audit log is as it was written: 12 rows of 3 models.\n']);
    expect(err).toContain('verified 12 of 12 rows');
    expect(await lastVerification()).toMatchObject({ models: '3', complete: '3', rows: '12' });
  });

  test('names the first bad row, and exits with 1', async () => {
    const [model] = models;
    const row = `WHERE model_id = '${model?.id}' AND version = 3`;
    await tampered(
      `UPDATE mood_transition_logs SET response_delay = 77 ${row}`,
      async () => {
        const { code, out, err } = await run('verify');
        expect([code, out]).toEqual([1, '']);
        expect(err).toMatch(
          new RegExp(
            `First bad row: model ${model?.id}, version 3 \\(id [0-9a-f-]{36}\\): its content was changed after it was written\\.`,
          ),
        );
        const recorded = await lastVerification();
        expect(recorded).toMatchObject({ models: '3', complete: '2', rows: '12' });
        expect((await run('verify', ['--model', models[1]?.id ?? ''])).code).toBe(0);
        expect((await run('verify', ['--model', model?.id.toUpperCase() ?? ''])).code).toBe(1);
        // A part of the log says nothing of the whole.
        expect(await lastVerification()).toEqual(recorded);
      },
      `UPDATE mood_transition_logs SET response_delay = 0 ${row}`,
    );
  });

  test('needs no more than to read the log and the moods, as an auditor may', async () => {
    const url = new URL(stack.database.url);
    [url.username, url.password] = [`auditor_${randomBytes(4).toString('hex')}`, 'a password of a test'];
    await stack.database.query(`CREATE ROLE ${url.username} LOGIN PASSWORD '${decodeURIComponent(url.password)}'`);
    try {
      const lacking = await run('verify', [], { DATABASE_URL: url.href });
      expect([lacking.code, lacking.err]).toEqual([1, expect.stringMatching(/right|may not|migrate/i)]);
      await stack.database.query(`GRANT SELECT ON mood_transition_logs, model_mood_states TO ${url.username}`);
      const { code, err } = await run('verify', [], { DATABASE_URL: url.href });
      expect([code, err]).toEqual([0, expect.stringMatching(/verified.*Analytics do not learn of this verification: /s)]);
    } finally {
      await stack.database.query(`DROP OWNED BY ${url.username}; DROP ROLE ${url.username}`);
    }
  });

  test('with a checkpoint finds a tail that was cut off together with the mood; the file is kept then', async () => {
    const file = path.join(folder, 'checkpoint');
    expect((await run('verify', ['--checkpoint', file])).out).toContain('There was no checkpoint yet');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await run('verify', ['--checkpoint', file])).out).toContain('Nothing of the checkpoint of 20');
    const kept = await readFile(file, 'utf8');

    const [, model] = models;
    await stack.database.query(`CREATE TABLE cut AS SELECT * FROM mood_transition_logs WHERE model_id = $1 AND version = 4`, [model?.id]);
    await tampered(
      `WITH cut AS (DELETE FROM mood_transition_logs WHERE model_id = '${model?.id}' AND version = 4 RETURNING model_id)
       UPDATE model_mood_states s SET version = 3 FROM cut WHERE s.model_id = cut.model_id`,
      async () => {
        expect((await run('verify')).code).toBe(0);
        const { code, err } = await run('verify', ['--checkpoint', file]);
        expect([code, err]).toEqual([1, expect.stringContaining('the tail was cut off')]);
      },
      `WITH back AS (INSERT INTO mood_transition_logs TABLE cut RETURNING model_id)
       UPDATE model_mood_states s SET version = 4 FROM back WHERE s.model_id = back.model_id`,
    );
    expect(await readFile(file, 'utf8')).toBe(kept);
    expect((await run('verify', ['--checkpoint', file])).code).toBe(0);
    expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  test('by several threads comes to the same, with a checkpoint too', async () => {
    const file = path.join(folder, 'parallel');
    await run('verify', ['--checkpoint', file]);
    const { code, out, err } = await run('verify', ['--checkpoint', file, '--parallel', '2']);
    expect([code, out]).toEqual([0, expect.stringMatching(/^The audit log is as it was written: 12 rows of 3 models\.\nNothing of the/)]);
    expect(err).toContain('verified 12 of 12 rows');
    expect((await run('verify', ['--checkpoint', file])).code).toBe(0);
  });

  describe('with --resume', () => {
    const [ids, found] = [
      () => models.map(({ id }) => id).toSorted(),
      { rows: 8, models: 2, complete: 2, incomplete: 0, problems: 0, first: null },
    ];
    const kept = async () => ({
      found: { ...found, startedAt: new Date() },
      through: ids()[1] ?? '',
      database: await stack.database
        .query<{ name: string }>(`SELECT datname || ' ' || oid AS name FROM pg_database
        WHERE datname = current_database()`)
        .then(([row]) => row?.name ?? ''),
      comparedWith: null,
      draft: null,
    });

    test('goes on where it was, and says what it found in all', async () => {
      const file = path.join(folder, 'resume');
      await writeFile(file, writeKeptVerification(await kept(), undefined));
      await tampered(
        `UPDATE mood_transition_logs SET auto_respond = NOT auto_respond WHERE version = 2`,
        async () => {
          const { code, err } = await run('verify', ['--resume', file]);
          expect([code, err]).toEqual([1, expect.stringContaining(`First bad row: model ${ids()[2]}, version 2`)]);
          expect(err).toContain('1 problem in 12 rows of 3 models');
        },
        `UPDATE mood_transition_logs SET auto_respond = NOT auto_respond WHERE version = 2`,
      );
      await expect(stat(file)).rejects.toThrow('ENOENT');
    });

    test('does not go on in another database, nor with another checkpoint, nor with what somebody made up', async () => {
      const [file, checkpoint] = [path.join(folder, 'foreign'), path.join(folder, 'of-foreign')];
      await writeFile(file, writeKeptVerification({ ...(await kept()), database: 'other 1' }, undefined));
      expect(await run('verify', ['--resume', file])).toMatchObject({ code: 1, err: expect.stringContaining('of another database') });
      expect((await run('verify', ['--resume', file, '--checkpoint', checkpoint])).err).toContain(
        'not signed with one of AUDIT_MASTER_KEYS',
      );
      const keys = auditSettings.auditMasterKeys.schema.parse(stack.env['AUDIT_MASTER_KEYS']);
      await writeFile(file, writeKeptVerification({ ...(await kept()), comparedWith: '2026-01-01T00:00:00.000Z' }, keys));
      expect((await run('verify', ['--resume', file, '--checkpoint', checkpoint])).err).toContain('with another checkpoint');
      await writeFile(file, 'through everything');
      expect((await run('verify', ['--resume', file])).err).toContain('It is not what was kept of a verification');
    });

    test('is stopped by Ctrl-C, keeps the next checkpoint as far as it came, and is gone on with', async () => {
      const [file, checkpoint] = [path.join(folder, 'stopped'), path.join(folder, 'of-stopped')];
      const words = ['apps/cli/src/audit-verify.ts', '--resume', file, '--checkpoint', checkpoint];
      const { AUDIT_MASTER_KEYS } = stack.env;
      const env = { ...process.env, DATABASE_URL: stack.database.url, AUDIT_MASTER_KEYS, DATA_DIR: folder };
      const owner = new Client({ connectionString: stack.database.url });
      await owner.connect();
      try {
        await owner.query('BEGIN; LOCK TABLE mood_transition_logs IN ACCESS EXCLUSIVE MODE');
        const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
        const ended = once(child, 'exit');
        await eventually(
          () =>
            owner.query(
              `SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
            ),
          ({ rowCount }) => rowCount === 1,
          30_000,
        );
        child.kill('SIGINT');
        let said = '';
        for await (const text of child.stderr.setEncoding('utf8')) {
          said += text;
          if (said.includes('Stopping.')) await owner.query('ROLLBACK');
        }
        expect([await ended, said]).toEqual([[1, null], expect.stringContaining('The same command goes on from there.')]);
      } finally {
        await owner.end();
      }
      expect((await run('verify', words.slice(1))).out).toContain('12 rows of 3 models');
      expect((await run('verify', ['--checkpoint', checkpoint])).out).toContain('Nothing of the checkpoint');
    });
  });

  test('refuses a checkpoint that was changed, or whose key it does not have', async () => {
    const file = path.join(folder, 'other');
    await run('verify', ['--checkpoint', file]);
    const otherKeys = { AUDIT_MASTER_KEYS: `other:${randomBytes(32).toString('base64')}` };
    expect((await run('verify', ['--checkpoint', file], otherKeys)).err).toContain('"test", which AUDIT_MASTER_KEYS does not hold');
    const missing = await run('verify', ['--checkpoint', path.join(folder, 'none', 'file')]);
    expect([missing.code, missing.err]).toEqual([
      1,
      expect.stringContaining(`cannot be written: there is no folder ${path.join(folder, 'none')}: make it first`),
    ]);
  });

  test.each([
    ['verify', ['--model', 'x'], '"x" is no ID of a model'],
    ['verify', ['--fast'], "Unknown option '--fast'"],
    ['verify', ['--parallel', '0'], '--parallel takes a whole number from 1 to 64'],
    ['verify', ['--model', '00000000-0000-4000-8000-000000000000', '--resume', 'x'], '--parallel and --resume are for the whole log'],
    ['erase', [], 'Say whose data to erase'],
    ['rotate-keys', ['now'], 'Unexpected argument'],
  ])('%s %j is answered with what is wrong and how it is used', async (command, args, message) => {
    const { code, err } = await run(command, args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain(`npm run audit:${command}`);
  });

  test.each(['verify', 'rotate-keys', 'erase'])('%s --help says what it does', async (command) => {
    expect(await run(command, ['--help'])).toMatchObject({ code: 0, out: expect.stringContaining(`npm run audit:${command}`) });
  });
});

describe('npm run audit:rotate-keys', () => {
  test('wraps every key anew while the API answers, which goes on with the new key alone', async () => {
    const fresh = `fresh:${randomBytes(32).toString('base64')}`;
    const both = { AUDIT_MASTER_KEYS: `${fresh},${stack.env['AUDIT_MASTER_KEYS']}` };
    const [model] = models;
    const history = async (url: string) => {
      const response = await fetch(`${url}/api/v1/mood/${model?.id}/history`, { headers: { authorization: `Bearer ${model?.token}` } });
      return { status: response.status, text: await response.text() };
    };
    // A process that has just started may not have met the database yet.
    const historyOfStarted = () =>
      eventually(
        () => history(stack.api.url),
        ({ status }) => status !== 503,
      );
    const before = await history(stack.api.url);
    const { port } = new URL(stack.api.url);
    await stack.apiProcess.stop();
    // First the processes get both keys, as the runbook says: an opened key is remembered for a minute at most.
    const during = await startNodeProcess('apps/api/src/main.ts', { ...stack.env, ...both, PORT: port });
    expect(await historyOfStarted()).toEqual(before);
    expect(await run('rotate-keys', [], both)).toMatchObject({ code: 0, out: '3 data keys are now under the master key "fresh".\n' });
    expect((await run('rotate-keys', [], both)).out).toContain('already');
    expect(await history(stack.api.url)).toEqual(before);

    await during.stop();
    const renewed = await startNodeProcess('apps/api/src/main.ts', { ...stack.env, AUDIT_MASTER_KEYS: fresh, PORT: port });
    expect(await historyOfStarted()).toEqual(before);
    expect(before.text).toContain('A message to seal');
    await renewed.stop();
    await run('rotate-keys', [], { AUDIT_MASTER_KEYS: `${stack.env['AUDIT_MASTER_KEYS']},${fresh}` });
    await stack.restartApi();
  });

  test('says which key is missing, and changes nothing', async () => {
    const { code, err } = await run('rotate-keys', [], { AUDIT_MASTER_KEYS: `other:${randomBytes(32).toString('base64')}` });
    expect([code, err]).toEqual([1, expect.stringContaining('"test" (3). Nothing was changed.')]);
  });

  test('wants the keys', async () => {
    const { code, err } = await run('rotate-keys', [], { AUDIT_MASTER_KEYS: '' });
    expect([code, err]).toEqual([1, 'Set AUDIT_MASTER_KEYS to the master keys of the audit log, the newest first.\n']);
  });
});

describe('npm run audit:erase', () => {
  test('makes the past messages of a model unreadable, and leaves the log whole', async () => {
    const [, , model] = models;
    expect(await run('erase', ['--model', model?.id ?? ''])).toMatchObject({ code: 0, out: expect.stringContaining('is destroyed') });
    // A process that has not opened the key before.
    await stack.apiProcess.stop();
    await stack.restartApi();
    const { body } = await stack.api.get(`/api/v1/mood/${model?.id}/history`, model?.token);
    expect(body.history.map(({ customMessage }: { customMessage: string | null }) => customMessage)).toEqual([null, null, null, null]);
    expect((await run('verify')).code).toBe(0);
    expect((await run('erase', ['--model', model?.id ?? ''])).out).toContain('There is no data key');
    expect((await stack.api.post('/api/v1/mood/update', { moodState: 'neutral' }, model?.token)).status).toBe(200);
  });
});
