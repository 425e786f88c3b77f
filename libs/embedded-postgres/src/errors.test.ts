import { expect, test } from '@jest/globals';
import { explainFileError, explainServer } from './errors.ts';

const place = { root: '/data/postgres', logFile: '/data/postgres/data/server.log' };
const failed = (code: string) => Object.assign(new Error(`${code}: it failed`), { code });

test.each(['EACCES', 'EPERM', 'EROFS'])('%s: the directory cannot be written, and which setting names another', (code) => {
  expect(explainFileError(place.root, failed(code)).message).toMatch(/^The data directory \/data\/postgres cannot be written\. .*DATA_DIR/);
});

test.each([
  'initdb: error: could not write to file "base/1/1255": No space left on device',
  '2026-01-01 [1] LOG:  starting\n2026-01-01 [1] PANIC:  could not write to file "pg_wal/xlogtemp.1": No space left on device\n',
])('a full disk is named as such, wherever PostgreSQL met it', (said) => {
  expect(explainServer(said, place).message).toBe(
    'The disk that holds /data/postgres is full. Free some space and start again; nothing was lost.',
  );
});

test('of many lines the last reason is given, with the place of the log', () => {
  const said = 'LOG:  starting\nFATAL:  first\nFATAL:  configuration file contains errors\npg_ctl: stopped waiting\n';
  expect(explainServer(said, place).message).toBe(
    'The embedded database did not start: configuration file contains errors (log: /data/postgres/data/server.log)',
  );
});

test('libraries that npm did not link are a matter of npm', () => {
  expect(explainServer('postgres: error while loading shared libraries: libicuuc.so.60', place).message).toContain('npm rebuild');
});
