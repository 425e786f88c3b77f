import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { SettingsError } from '@mood/runtime';
import { openConfiguredFlags } from './configured-flags.ts';
import { createCapturedLog } from '@mood/testing/captured-log';

const folder = mkdtempSync(path.join(tmpdir(), 'mood-flags-'));
afterAll(() => rmSync(folder, { recursive: true }));

function moduleOf(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

const open = (flagsProvider: string) =>
  openConfiguredFlags({
    flagsProvider,
    openRules: () => {
      throw new Error('the rules of the database are not used');
    },
    logger: createCapturedLog().logger,
  });

const provider = `{ metadata: { name: 'platform' }, runsOn: 'server',
  resolveBooleanEvaluation: async (key, value, { targetingKey }) => ({ value: targetingKey === 'a', reason: 'TARGETING_MATCH' }) }`;

test.each([
  ['a provider', `export default ${provider};`],
  ['what makes one', `export default async () => (${provider});`],
])('a module that exports %s is asked in the place of the database', async (name, text) => {
  const { flags, rules, services } = await open(moduleOf(`${name.length}.mjs`, text));
  for (const service of services) await service.start();
  expect(rules).toBeUndefined();
  expect(await Promise.all(['a', 'b'].map(async (id) => flags.isOn('moods.updates', { id })))).toEqual([true, false]);
  for (const service of services) await service.stop();
});

test.each([
  ['does not exist', path.join(folder, 'missing.mjs'), 'cannot be loaded'],
  ['is no package', 'no-such-flags-provider', 'cannot be loaded'],
  ['exports something else', moduleOf('other.mjs', 'export default 7;'), 'is no OpenFeature provider'],
])('a module that %s stops the start with one line', async (_what, name, problem) => {
  const refused = await open(name).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(SettingsError);
  expect(String(refused)).toContain(problem);
});
