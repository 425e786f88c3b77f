import { expect, test } from '@jest/globals';
import { environmentFor } from './environment.ts';

const addresses = {
  port: 3000,
  sandboxPort: 4000,
  databaseUrl: 'postgres://db/mood',
  masterKeys: 'k1:key',
  sessionKeys: 'k1:other',
  sandboxFile: '/data/sandbox.json',
};

test('the sandbox stands for every service, whatever else the shell has set', () => {
  const env = environmentFor(addresses, { USER_SERVICE_URL: 'https://users.example', LOG_LEVEL: 'debug' });
  for (const service of ['AUTH', 'USER', 'PERFORMER', 'MESSAGE', 'ANALYTICS']) {
    expect(env[`${service}_SERVICE_URL`]).toBe('http://127.0.0.1:4000');
  }
  expect(env['MOOD_API_URL']).toBe('http://127.0.0.1:3000');
  expect(env['ALLOWED_ORIGINS']).toBe('http://127.0.0.1:4000,http://localhost:4000');
  expect(env).toMatchObject({ AUTH_ISSUER: 'http://127.0.0.1:4000', DATABASE_URL: 'postgres://db/mood', LOG_LEVEL: 'debug' });
});

test.each([
  [undefined, '127.0.0.1'],
  ['my-machine', '127.0.0.1'],
  ['0.0.0.0', '0.0.0.0'],
])('HOST %s of the shell makes the API listen on %s', (host, expected) => {
  expect(environmentFor(addresses, { HOST: host })['HOST']).toBe(expected);
});
