import { describe, expect, test } from '@jest/globals';
import { parseRedisUrl } from './redis-url.ts';

const plain = { tls: false, username: undefined, password: undefined, db: 0, master: undefined, sentinelPassword: undefined };

describe('the URL of a Redis', () => {
  test.each([
    ['redis://localhost', { kind: 'standalone', nodes: [{ host: 'localhost', port: 6379 }] }],
    ['redis://redis.example:6380/3', { kind: 'standalone', nodes: [{ host: 'redis.example', port: 6380 }], db: 3 }],
    ['rediss://[::1]:6380', { kind: 'standalone', tls: true, nodes: [{ host: '::1', port: 6380 }] }],
    ['redis://:a+b=@h', { kind: 'standalone', nodes: [{ host: 'h', port: 6379 }], password: 'a+b=' }],
    ['redis://:p%40ss%2Fword@127.0.0.1', { kind: 'standalone', nodes: [{ host: '127.0.0.1', port: 6379 }], password: 'p@ss/word' }],
    [
      'redis+sentinel://mood:secret@a,b:26380,10.0.0.3/main?db=2&sentinelPassword=other',
      {
        kind: 'sentinel',
        nodes: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 26380 },
          { host: '10.0.0.3', port: 26379 },
        ],
        username: 'mood',
        password: 'secret',
        db: 2,
        master: 'main',
        sentinelPassword: 'other',
      },
    ],
    [
      'rediss+cluster://a:7000,b:7001',
      {
        kind: 'cluster',
        tls: true,
        nodes: [
          { host: 'a', port: 7000 },
          { host: 'b', port: 7001 },
        ],
      },
    ],
  ])('%s', (url, expected) => {
    expect(parseRedisUrl(url)).toEqual({ ...plain, ...expected });
  });

  test.each([
    ['http://localhost:6379', /redis\+sentinel/],
    ['redis://', /host is missing/],
    ['redis://a,b', /several hosts/],
    ['redis+sentinel://a,b', /name of the master/],
    ['redis+cluster://a,b/1', /no numbered databases/],
    ['redis://a/one', /no number/],
    ['redis://a/1/2', /no number/],
    ['redis://:100%@a', /%25/],
    ['redis://a:99999', /cannot be read/],
  ])('%s is refused, and says why', (url, why) => {
    expect(() => parseRedisUrl(url)).toThrow(why);
  });

  test('that is refused does not show its password', () => {
    for (const url of ['redis://user:topsecret@a,b', 'redis+cluster://:topsecret@a/3', 'foo://:topsecret@a', 'redis://:topsecret@a:x']) {
      expect(() => parseRedisUrl(url)).toThrow(expect.not.objectContaining({ message: expect.stringContaining('topsecret') }));
    }
  });
});
