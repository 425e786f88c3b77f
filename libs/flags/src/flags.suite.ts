import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { FlagKey, FlagRule } from '@mood/domain';
import { createCapturedLog } from '@mood/testing/captured-log';
import { eventually } from '@mood/testing/eventually';
import type { Provider } from '@openfeature/server-sdk';
import { openFlags } from './open-flags.ts';
import type { FlagService } from './open-flags.ts';

/** A provider, and how somebody sets a flag there. */
export interface ProviderUnderTest {
  provider: Provider;
  set(key: FlagKey, rule: FlagRule): Promise<void>;
  stop?(): Promise<void>;
}

export const on: FlagRule = { percentage: 100, ids: [], roles: [] };
export const off: FlagRule = { percentage: 0, ids: [], roles: [] };

/** What every provider has to do for the flags of a process. */
export function describeFlags(name: string, open: () => Promise<ProviderUnderTest>): void {
  describe(`flags from ${name}`, () => {
    const running: { stop?(): Promise<void> }[] = [];
    afterEach(async () => {
      for (const one of running.splice(0).toReversed()) await one.stop?.();
    });

    async function start(): Promise<{ flags: FlagService; set: ProviderUnderTest['set'] }> {
      const opened = await open();
      const flags = openFlags(opened.provider, { logger: createCapturedLog().logger });
      running.push(opened, flags);
      await flags.start();
      return { flags, set: (key, rule) => opened.set(key, rule) };
    }

    test('have their defaults until somebody sets them', async () => {
      const { flags } = await start();
      for (const key of ['moods.updates', 'panel.mood'] as const) expect(await flags.isOn(key, { id: randomUUID() })).toBe(true);
    });

    test('that are set are so within a second, for those who asked before as well, and on again', async () => {
      const { flags, set } = await start();
      expect(await flags.isOn('auto-replies.send')).toBe(true);
      for (const [rule, expected] of [
        [off, false],
        [on, true],
        [off, false],
      ] as const) {
        await set('auto-replies.send', rule);
        const begun = performance.now();
        await eventually(
          async () => flags.isOn('auto-replies.send', { id: randomUUID() }),
          (found) => found === expected,
        );
        expect(performance.now() - begun).toBeLessThan(1_000);
      }
      expect(await flags.isOn('moods.updates')).toBe(true);
    });

    test('on for ids and roles are on for them alone, at once for whoever is asked next', async () => {
      const { flags, set } = await start();
      const [chosen, other] = [randomUUID(), randomUUID()];
      await set('moods.updates', { percentage: 0, ids: [chosen], roles: ['admin'] });
      await eventually(
        async () => flags.isOn('moods.updates', { id: other }),
        (found) => !found,
      );
      const answers = [{ id: chosen }, { id: other }, { role: 'admin' }, { role: 'user', id: other }, {}, { id: null }] as const;
      for (let round = 0; round < 2; round++)
        expect(await Promise.all(answers.map(async (subject) => flags.isOn('moods.updates', subject)))).toEqual([
          true,
          false,
          true,
          false,
          false,
          false,
        ]);
    });

    test('on for a share are on for that share, always the same ids, and those stay when it is raised', async () => {
      const { flags, set } = await start();
      const ids = Array.from({ length: 2_000 }, (_, n) => `0198c5a0-7a3f-7c11-9d2e-${String(n).padStart(12, '0')}`);
      const chosen = async () => {
        const found = await Promise.all(ids.map(async (id) => flags.isOn('templates.experiments', { id })));
        return new Set(ids.filter((_, n) => found[n]));
      };
      await set('templates.experiments', { ...off, percentage: 10 });
      await eventually(
        async () => (await chosen()).size,
        (size) => size < ids.length / 2,
      );
      const tenth = await chosen();
      expect(await chosen()).toEqual(tenth);
      expect(Math.abs(tenth.size / ids.length - 0.1)).toBeLessThan(0.02);
      expect(await flags.isOn('templates.experiments')).toBe(false);
      await set('templates.experiments', { ...off, percentage: 30 });
      await eventually(
        async () => (await chosen()).size,
        (size) => size > tenth.size * 2,
      );
      const more = await chosen();
      expect([...tenth].filter((id) => !more.has(id))).toEqual([]);
    });
  });
}
