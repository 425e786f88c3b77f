import { randomUUID } from 'node:crypto';
import { userTierSchema } from '@mood/contract/template-fields';
import { demoPerformers, demoUsers } from './demo-people.ts';
import { displayName } from './display-names.ts';
import type { People, Person, Tier, User } from './people.ts';

interface Wanted {
  /** Absent: each gets a name from a list. */
  displayName?: string | undefined;
  timeZone?: string | undefined;
}

export interface Directory {
  findPerformer(id: string): Person | undefined;
  findUser(id: string): User | undefined;
  /** @returns the new ids. */
  createPerformers(count: number, more?: Wanted): string[];
  /** Without a tier, the new users take turns through all tiers. @returns the new ids. */
  createUsers(count: number, more?: Wanted & { tier?: Tier | undefined; locale?: string | undefined }): string[];
  /** @returns the user as they are now; undefined when there is none. */
  changeUser(id: string, changes: { tier: Tier }): User | undefined;
  /** Performers and users, demo people first: all, or those whose name has this part, in any case, and who has this id. */
  people(looked?: string): People;
}

/** Who exists on the platform: the demo people, and whom earlier starts created. */
export function createDirectory(kept: People = { performers: [], users: [] }): Directory {
  const performers = new Map([...demoPerformers, ...kept.performers].map((one) => [one.id, one]));
  const users = new Map([...demoUsers, ...kept.users].map((one) => [one.id, one]));

  return {
    findPerformer: (id) => performers.get(id.toLowerCase()),
    findUser: (id) => users.get(id.toLowerCase()),
    createPerformers(count, { displayName: name, timeZone: zone } = {}) {
      const created = Array.from({ length: count }, (_, n) => ({
        id: randomUUID(),
        displayName: name ?? displayName(performers.size + n),
        ...(zone !== undefined && { timeZone: zone }),
      }));
      for (const one of created) performers.set(one.id, one);
      return created.map((one) => one.id);
    },
    createUsers(count, { displayName: name, tier: wanted, locale: spoken, timeZone: zone } = {}) {
      const created = Array.from({ length: count }, (_, n) => ({
        id: randomUUID(),
        displayName: name ?? displayName(users.size + n),
        tier: wanted ?? tierInTurn(users.size + n),
        ...(spoken !== undefined && { locale: spoken }),
        ...(zone !== undefined && { timeZone: zone }),
      }));
      for (const one of created) users.set(one.id, one);
      return created.map((one) => one.id);
    },
    changeUser(id, changes) {
      const known = users.get(id.toLowerCase());
      if (known === undefined) return undefined;
      const changed = { ...known, ...changes };
      users.set(known.id, changed);
      return changed;
    },
    people: (looked = '') => ({ performers: matching([...performers.values()], looked), users: matching([...users.values()], looked) }),
  };
}

function matching<P extends Person>(people: P[], looked: string): P[] {
  const text = looked.toLowerCase();
  return text === '' ? people : people.filter(({ id, displayName: name }) => id === text || name.toLowerCase().includes(text));
}

function tierInTurn(n: number): Tier {
  const tiers = userTierSchema.options;
  return tiers[n % tiers.length] ?? 'free';
}
