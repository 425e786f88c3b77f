import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createMasterKey, openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createPerformerRegistry } from '../moods/performer-registry.ts';
import { findKeyProblem, masterKeysInUse } from './keys-in-use.ts';
import { createAuditVault } from './vault.ts';

let opened: DatabaseUnderTest;
const [first, second] = [createMasterKey('first'), createMasterKey('second')];
const [otherFirst, unused] = [createMasterKey('first'), createMasterKey('unused')];
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  expect(await masterKeysInUse(opened.database)).toEqual([]);
  expect(await findKeyProblem(opened.database, [unused])).toBeUndefined();
  for (const master of [first, second, second, first]) {
    const modelId = randomUUID();
    await createPerformerRegistry(opened.database).register([modelId]);
    await createAuditVault(opened.database, [master]).keyFor(modelId);
  }
});
afterAll(() => opened.close());

describe('the master keys of a process', () => {
  test.each([
    ['both, in either order', [first, second], undefined],
    ['both, and one more', [second, unused, first], undefined],
    ['the first alone', [first], /does not hold the key "second"/],
    ['the second alone', [second], /does not hold the key "first"/],
    ['neither', [unused], /does not hold the key "(first|second)"/],
    ['one with other bytes', [otherFirst, second], /holds another key under the id "first"/],
    ['one with other bytes, first in line', [second, otherFirst], /holds another key under the id "first"/],
  ] as const)('are held to what the audit log is sealed with: %s', async (_what, [newest, ...others], problem) => {
    const found = await findKeyProblem(opened.database, [newest, ...others]);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(problem);
    expect(found ?? '').not.toContain('\n');
  });

  test('that wrapped some keys while it had other bytes are found by the oldest and the newest of them', async () => {
    const modelId = randomUUID();
    await createPerformerRegistry(opened.database).register([modelId]);
    await createAuditVault(opened.database, [otherFirst]).keyFor(modelId);
    expect(await findKeyProblem(opened.database, [first, second])).toMatch(/holds another key under the id "first"/);
    expect(await findKeyProblem(opened.database, [otherFirst, second])).toMatch(/holds another key under the id "first"/);
  });
});
