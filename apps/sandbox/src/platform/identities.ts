import { demoAdmins } from './demo-people.ts';
import type { Directory } from './directory.ts';
import type { Tier } from './people.ts';

/** Somebody who can sign in. */
export interface Identity {
  id: string;
  displayName: string;
  role: 'admin' | 'model' | 'user';
  tier?: Tier;
}

/** @returns undefined when nobody has this id. */
export function findIdentity(directory: Directory, id: string): Identity | undefined {
  const admin = demoAdmins.find((one) => one.id === id.toLowerCase());
  if (admin !== undefined) return { ...admin, role: 'admin' };
  const performer = directory.findPerformer(id);
  if (performer !== undefined) return { id: performer.id, displayName: performer.displayName, role: 'model' };
  const user = directory.findUser(id);
  return user && { id: user.id, displayName: user.displayName, role: 'user', tier: user.tier };
}

/** Everybody who can sign in, by role; only those whose name or id has `text` in it. */
export function listIdentities(directory: Directory, text: string): Record<Identity['role'], Identity[]> {
  const { performers, users } = directory.people();
  const wanted = text.toLowerCase();
  const isWanted = (one: Identity) => one.displayName.toLowerCase().includes(wanted) || one.id.startsWith(wanted);
  return {
    admin: demoAdmins.map((one): Identity => ({ ...one, role: 'admin' })).filter(isWanted),
    model: performers.map(({ id, displayName }): Identity => ({ id, displayName, role: 'model' })).filter(isWanted),
    user: users.map(({ id, displayName, tier }): Identity => ({ id, displayName, role: 'user', tier })).filter(isWanted),
  };
}
