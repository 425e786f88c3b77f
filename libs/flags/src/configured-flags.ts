import type { Flags } from '@mood/domain';
import type { Logger, Service } from '@mood/runtime';
import { createDatabaseProvider } from './database-provider.ts';
import type { FlagRules } from './database-provider.ts';
import { loadProvider } from './load-provider.ts';
import { openFlags } from './open-flags.ts';

export interface ConfiguredFlagOptions<Rules> {
  flagsProvider: string;
  /** The rules of our database; taken only where they are used. */
  openRules: () => Rules;
  logger: Logger;
  /** As in `openFlags`. */
  waitsUntilKnown?: boolean;
}

export interface ConfiguredFlags<Rules> {
  flags: Flags;
  /** undefined: the flags come from a provider of the platform, and are set there. */
  rules: Rules | undefined;
  /** To be started and stopped with the process, in this order. */
  services: Service[];
}

/** Rules that were read are ready at once; whether they could be read, their own start has waited for. In milliseconds. */
const readyMs = 200;

/** The flags of the provider that FLAGS_PROVIDER names. @throws SettingsError when that is none. */
export async function openConfiguredFlags<Rules extends FlagRules & Service>(
  options: ConfiguredFlagOptions<Rules>,
): Promise<ConfiguredFlags<Rules>> {
  const { flagsProvider, openRules, ...more } = options;
  if (flagsProvider !== 'database') {
    const flags = openFlags(await loadProvider(flagsProvider), more);
    return { flags, rules: undefined, services: [flags] };
  }
  const rules = openRules();
  const flags = openFlags(createDatabaseProvider(rules), { ...more, firstLookMs: readyMs });
  return { flags, rules, services: [rules, flags] };
}
