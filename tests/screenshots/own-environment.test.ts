import { expect, test } from '@jest/globals';
import { ownEnvironment } from './own-environment.ts';

test('pictures are taken of a system that shares neither database nor Redis nor ports with another one', () => {
  const others = {
    DATABASE_URL: 'postgres://mood@db/mood',
    DATABASE_URL_FILE: '/run/secrets/database_url',
    DATABASE_READ_URL: 'postgres://mood@replica/mood',
    REDIS_URL: 'redis://redis',
    REDIS_URL_FILE: '/run/secrets/redis_url',
    PORT: '3000',
    DATA_DIR: '.data',
    LOG_LEVEL: 'debug',
  };
  expect(ownEnvironment(others, '/tmp/pictures')).toEqual({
    DATABASE_URL: '',
    DATABASE_URL_FILE: '',
    DATABASE_READ_URL: '',
    DATABASE_READ_URL_FILE: '',
    REDIS_URL: '',
    REDIS_URL_FILE: '',
    PORT: '0',
    SANDBOX_PORT: '0',
    METRICS_PORT: '0',
    WORKER_METRICS_PORT: '0',
    DATA_DIR: '/tmp/pictures',
    LOG_LEVEL: 'debug',
  });
});
