import { randomUUID } from 'node:crypto';
import { userTierSchema } from '@mood/contract/template-fields';
import { demoPerformers, demoUsers } from './demo-people.ts';
import { displayName } from './display-names.ts';
import type { People, Person, Tier, User } from './people.ts';

export interface Directory {
  findPerformer(id: string): Person | undefined;
  findUser(id: string): User | undefined;
  /** @returns the new ids. */
  createPerformers(count: number, more?: { timeZone?: string | undefined }): string[];
  /** Without a tier, the new users take turns through all tiers. @returns the new ids. */
  createUsers(count: number, more?: { tier?: Tier | undefined; locale?: string | undefined; timeZone?: string | undefined }): string[];
  /** Performers and users, demo people first. */
  people(): People;
}

/** Who exists on the platform: the demo people, and whom earlier starts created. */
export function createDirectory(kept: People = { performers: [], users: [] }): Directory {
  const performers = new Map([...demoPerformers, ...kept.performers].map((one) => [one.id, one]));
  const users = new Map([...demoUsers, ...kept.users].map((one) => [one.id, one]));

  return {
    findPerformer: (id) => performers.get(id.toLowerCase()),
    findUser: (id) => users.get(id.toLowerCase()),
    createPerformers(count, { timeZone: zone } = {}) {
      const created = Array.from({ length: count }, (_, n) => ({
        id: randomUUID(),
        displayName: displayName(performers.size + n),
        ...(zone !== undefined && { timeZone: zone }),
      }));
      for (const one of created) performers.set(one.id, one);
      return created.map((one) => one.id);
    },
    createUsers(count, { tier: wanted, locale: spoken, timeZone: zone } = {}) {
      const created = Array.from({ length: count }, (_, n) => ({
        id: randomUUID(),
        displayName: displayName(users.size + n),
        tier: wanted ?? tierInTurn(users.size + n),
        ...(spoken !== undefined && { locale: spoken }),
        ...(zone !== undefined && { timeZone: zone }),
      }));
      for (const one of created) users.set(one.id, one);
      return created.map((one) => one.id);
    },
    people: () => ({ performers: [...performers.values()], users: [...users.values()] }),
  };
}

function tierInTurn(n: number): Tier {
  const tiers = userTierSchema.options;
  return tiers[n % tiers.length] ?? 'free';
}
