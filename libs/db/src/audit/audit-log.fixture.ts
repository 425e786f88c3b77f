import { randomUUID } from 'node:crypto';
import { moodStates } from '@mood/domain';
import type { Actor, MoodStore } from '@mood/domain';
import type { Database } from '../database.ts';
import { createMoodStore } from '../moods/mood-store.ts';
import { createPerformerRegistry } from '../moods/performer-registry.ts';
import type { AuditVault } from './vault.ts';

const free = { hourlyLimit: null, termsVersion: null, holdMinutes: null };
const origin = { ipAddress: '203.0.113.77', userAgent: 'Browser of the test' };

/** Models with so many changes each, by themselves and by administrators. @returns their ids. */
export async function writeAuditLog(database: Database, vault: AuditVault, models: number, changes: number): Promise<string[]> {
  const moods = createMoodStore(database, vault);
  const ids = Array.from({ length: models }, () => randomUUID());
  await createPerformerRegistry(database).register(ids);
  for (const modelId of ids) {
    for (let change = 0; change < changes; change += 1) await changeMood(moods, modelId, change);
  }
  return ids;
}

/** @param change which of the model's: decides what it says, and who makes it. */
export async function changeMood(moods: Pick<MoodStore, 'change'>, modelId: string, change: number): Promise<void> {
  const moodState = moodStates[change % moodStates.length] ?? 'neutral';
  const settings = { moodState, customMessage: `Message ${change}`, autoRespond: change % 2 === 0, responseDelay: change, expiresAt: null };
  const actor: Actor =
    change % 3 === 2
      ? { kind: 'admin', adminUserId: randomUUID(), reason: `Reason ${change}`, reasonCode: 'other', origin }
      : { kind: 'model', modelId, origin };
  await moods.change(modelId, settings, actor, free);
}
