import type { Flags } from '../flags/ports.ts';

/** Whether a user gets a variant of experiments (the flag `templates.experiments`). @param userId null: not known. */
export function areExperimentsOn(flags: Flags, userId: string | null): boolean | Promise<boolean> {
  return flags.isOn('templates.experiments', { id: userId, role: 'user' });
}
