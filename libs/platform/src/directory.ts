import { canonicalLocale, userTiers } from '@mood/domain';
import type { PerformerDirectory, UserDirectory } from '@mood/domain';
import { z } from 'zod';
import { rememberLookup } from './remembered-lookup.ts';
import { createServiceClient } from './service-client.ts';
import type { ServiceClientOptions } from './service-client.ts';

const performerSchema = z.object({ id: z.string(), displayName: z.string() });
const userSchema = z.object({ id: z.string(), displayName: z.string(), tier: z.enum(userTiers).nullish(), locale: z.unknown().optional() });

/** A performer's name may be this old, in milliseconds. */
const performerTtlMs = 300_000;
/** Somebody who was not there a moment ago may be there now, in milliseconds; asking about made-up ids must stay cheap. */
const absenceTtlMs = 10_000;
/** About 200 bytes each. */
const maxRemembered = 20_000;
const absence = { absentMs: absenceTtlMs, maxAbsent: maxRemembered };

/** The Performer Service, read only (contract: "Performer Service Integration"). */
export function createPerformerDirectory(options: Omit<ServiceClientOptions, 'service'>): PerformerDirectory {
  const client = createServiceClient({ ...options, service: 'performer service' });
  return {
    findPerformer: rememberLookup((modelId) => client.ask({ method: 'GET', path: ['performers', modelId] }, performerSchema), {
      ...absence,
      foundMs: performerTtlMs,
      maxFound: maxRemembered,
    }),
  };
}

/** The User Service, read only (contract: "User Service Integration"). */
export function createUserDirectory(options: Omit<ServiceClientOptions, 'service'>): UserDirectory {
  const client = createServiceClient({ ...options, service: 'user service' });
  async function ask(userId: string) {
    const user = await client.ask({ method: 'GET', path: ['users', userId] }, userSchema);
    if (user === null) return null;
    const { id, displayName, tier = null, locale } = user;
    // A locale that nobody can read costs a user no message.
    return { id, displayName, tier, locale: typeof locale === 'string' ? canonicalLocale(locale) : null };
  }
  return { findUser: rememberLookup(ask, { ...absence, foundMs: 0, maxFound: 1 }) };
}
