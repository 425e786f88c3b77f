import type { Person, User } from './people.ts';
import type { Role } from './tokens.ts';

const id = (kind: 'a' | 'b' | 'c' | 'd', number: number) => `${kind}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** People who are there from the first start, under the same ids at every start. */
export const demoPerformers: readonly Person[] = [
  { id: id('a', 1), displayName: 'Sophia' },
  { id: id('a', 2), displayName: 'Elena' },
  { id: id('a', 3), displayName: 'Marcus' },
];

export const demoUsers: readonly User[] = [
  { id: id('b', 1), displayName: 'John', tier: 'gold' },
  { id: id('b', 2), displayName: 'Amira', tier: 'platinum' },
  { id: id('b', 3), displayName: 'Kenji', tier: 'silver' },
  { id: id('b', 4), displayName: 'Lucía', tier: 'bronze' },
  { id: id('b', 5), displayName: 'Oskar', tier: 'free' },
];

export const demoAdmins: readonly Person[] = [{ id: id('c', 1), displayName: 'Robin (moderation)' }];

/** Whom a token speaks for when the request names nobody. The service is the message service. */
export const demoSubjects: Readonly<Record<Role, string>> = {
  model: id('a', 1),
  user: id('b', 1),
  admin: id('c', 1),
  service: id('d', 1),
};
