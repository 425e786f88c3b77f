import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { requireCommand } from '@mood/testing/find-command';

const cwd = path.resolve(import.meta.dirname, '../../ops/prometheus');

describe('the alert rules', () => {
  test('go off at the limits of the contract, and not before', () => {
    expect(
      execFileSync(requireCommand('promtool', 'prometheus'), ['check', 'config', 'prometheus.yml'], { cwd, encoding: 'utf8' }),
    ).toContain('SUCCESS');
    expect(
      execFileSync(requireCommand('promtool', 'prometheus'), ['test', 'rules', ...globSync('*.test.yml', { cwd })], {
        cwd,
        encoding: 'utf8',
      }),
    ).toContain('SUCCESS');
  });
});
