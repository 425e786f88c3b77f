import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { jestArguments, rounds } from './jest-arguments.ts';

const moods = 'tests/integration/moods';

describe('the arguments of a test run', () => {
  test('name the rounds that there are', () => {
    const config = readFileSync(path.resolve(import.meta.dirname, '../../jest.config.js'), 'utf8');
    expect([...config.matchAll(/displayName: '([^']+)'/g)].map(([, name]) => name)).toEqual(rounds);
  });

  test.each<[string[], string[]]>([
    [[], []],
    [[moods], [moods]],
    [
      ['-t', 'a name'],
      ['-t', 'a name'],
    ],
    [
      ['--selectProjects', 'postgres'],
      ['--selectProjects', 'postgres'],
    ],
    [
      [moods, '--selectProjects', 'postgres'],
      [moods, '--selectProjects', 'postgres'],
    ],
    [
      ['--selectProjects', 'postgres', moods],
      [moods, '--selectProjects', 'postgres'],
    ],
    [
      ['--selectProjects=postgres', moods, 'libs/domain'],
      [moods, 'libs/domain', '--selectProjects', 'postgres'],
    ],
    [
      ['--selectProjects', 'postgres', 'redis', moods],
      [moods, '--selectProjects', 'postgres', 'redis'],
    ],
    [
      ['--selectProjects', 'redis-cluster', '--verbose', moods],
      ['--verbose', moods, '--selectProjects', 'redis-cluster'],
    ],
    [
      ['--ignoreProjects', 'redis', 'tests/redis'],
      ['tests/redis', '--ignoreProjects', 'redis'],
    ],
    [
      ['--selectProjects', 'redis', moods, '-t', 'a name'],
      [moods, '-t', 'a name', '--selectProjects', 'redis'],
    ],
    [
      ['-i', '--selectProjects', 'postgres', moods, '--selectProjects', 'redis'],
      [moods, '-i', '--selectProjects', 'postgres', '--selectProjects', 'redis'],
    ],
  ])('%j are given to jest as %j', (given, expected) => {
    expect(jestArguments(given)).toEqual(expected);
  });

  test.each([
    [['--selectProjects', 'postgress', moods], '"postgress", which is no round'],
    [['--selectProjects', moods, 'postgres'], `"${moods}", which is no round`],
    [['--selectProjects=', moods], '"", which is no round'],
    [['--selectProjects'], 'names no round'],
    [[moods, '--selectProjects', '--verbose'], 'names no round'],
    [['--ignoreProjects', 'redis_cluster'], 'which is no round'],
  ])('%j are refused', (given, message) => {
    expect(() => jestArguments(given)).toThrow(message);
    expect(() => jestArguments(given)).toThrow('expected quick, postgres, redis, redis-cluster');
  });
});
