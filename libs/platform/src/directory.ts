import type { PerformerDirectory, UserDirectory } from '@mood/domain';
import { createOddFieldReport } from './odd-field-report.ts';
import { createPersonReader, isAboutAnother, personSchema, readLocale, readName, readTier, readTimeZone } from './person.ts';
import type { PersonAnswer } from './person.ts';
import { rememberLookup } from './remembered-lookup.ts';
import { createServiceClient } from './service-client.ts';
import type { ServiceClientOptions } from './service-client.ts';
import { UnusableAnswer } from './unusable-answer.ts';

export interface DirectoryOptions extends Omit<ServiceClientOptions, 'service'> {
  /** Called for each field of an answer that cannot be read; the field counts as missing. */
  onOddField?: ((field: string) => void) | undefined;
}

/** How long a performer's name is cached, in milliseconds. */
const performerTtlMs = 300_000;
/**
 * How long "not found" is cached, in milliseconds: long enough that asking about made-up ids is cheap, short enough for a new person to
 * appear.
 */
const absenceTtlMs = 10_000;
/** Entries that are cached, about 200 bytes each. */
const maxRemembered = 20_000;
const absence = { absentMs: absenceTtlMs, maxAbsent: maxRemembered };

type FindPerson = (id: string) => Promise<ReturnType<typeof createPersonReader> | null>;

function createPersonFinder(options: DirectoryOptions, service: string, folder: string): FindPerson {
  const client = createServiceClient({ ...options, service });
  const report = createOddFieldReport(service, options.logger);
  const onOddField = (field: string) => {
    report(field);
    options.onOddField?.(field);
  };
  return async (id) => {
    const answer: PersonAnswer | null = await client.ask({ method: 'GET', path: [folder, id] }, personSchema);
    if (answer === null) return null;
    if (isAboutAnother(answer, id)) throw new UnusableAnswer(service, 'the answer is about somebody else');
    return createPersonReader(answer, onOddField);
  };
}

function zoneIn(read: ReturnType<typeof createPersonReader>): { timeZone?: string } {
  const timeZone = read('timeZone', readTimeZone);
  return timeZone === null ? {} : { timeZone };
}

/** The Performer Service, read only (contract: "Performer Service Integration"). */
export function createPerformerDirectory(options: DirectoryOptions): PerformerDirectory {
  const find = createPersonFinder(options, 'performer service', 'performers');
  async function ask(modelId: string) {
    const read = await find(modelId);
    return read && { id: modelId, displayName: read('displayName', readName), ...zoneIn(read) };
  }
  return { findPerformer: rememberLookup(ask, { ...absence, foundMs: performerTtlMs, maxFound: maxRemembered }) };
}

/**
 * The User Service, read only (contract: "User Service Integration").
 * @param foundMs how long a user is cached, in milliseconds; absent: not at all.
 */
export function createUserDirectory({ foundMs = 0, ...options }: DirectoryOptions & { foundMs?: number }): UserDirectory {
  const find = createPersonFinder(options, 'user service', 'users');
  async function ask(userId: string) {
    const read = await find(userId);
    if (read === null) return null;
    return {
      id: userId,
      displayName: read('displayName', readName),
      tier: read('tier', readTier),
      locale: read('locale', readLocale),
      ...zoneIn(read),
    };
  }
  return { findUser: rememberLookup(ask, { ...absence, foundMs, maxFound: foundMs === 0 ? 1 : maxRemembered }) };
}
