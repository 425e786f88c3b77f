import { canonicalLocale, userTiers } from '@mood/domain';
import type { PerformerDirectory, UserDirectory } from '@mood/domain';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { createServiceClient } from './service-client.ts';
import type { ServiceClientOptions } from './service-client.ts';

const performerSchema = z.object({ id: z.string(), displayName: z.string() });
const userSchema = z.object({ id: z.string(), displayName: z.string(), tier: z.enum(userTiers).nullish(), locale: z.unknown().optional() });

/** A performer's name may be this old, in milliseconds. */
const performerTtlMs = 300_000;
/** Somebody who was not there a moment ago may be there now; asking about made-up ids must stay cheap. */
const absenceTtlMs = 5_000;

/** The Performer Service, read only (contract: "Performer Service Integration"). */
export function createPerformerDirectory(options: Omit<ServiceClientOptions, 'service'>): PerformerDirectory {
  const client = createServiceClient({ ...options, service: 'performer service' });
  const cache = new LRUCache<string, { performer: { id: string; displayName: string } | null }>({ max: 20_000 });
  return {
    async findPerformer(modelId) {
      const cached = cache.get(modelId);
      if (cached !== undefined) return cached.performer;
      const performer = await client.ask({ method: 'GET', path: ['performers', modelId] }, performerSchema);
      cache.set(modelId, { performer }, { ttl: performer === null ? absenceTtlMs : performerTtlMs });
      return performer;
    },
  };
}

/** The User Service, read only (contract: "User Service Integration"). */
export function createUserDirectory(options: Omit<ServiceClientOptions, 'service'>): UserDirectory {
  const client = createServiceClient({ ...options, service: 'user service' });
  return {
    async findUser(userId) {
      const user = await client.ask({ method: 'GET', path: ['users', userId] }, userSchema);
      if (user === null) return null;
      const { id, displayName, tier = null, locale } = user;
      // A locale that nobody can read costs a user no message.
      return { id, displayName, tier, locale: typeof locale === 'string' ? canonicalLocale(locale) : null };
    },
  };
}
