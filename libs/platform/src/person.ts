import { canonicalLocale, codePointLength, maxValueLength, userTiers } from '@mood/domain';
import type { UserTier } from '@mood/domain';
import { z } from 'zod';

/** Answers about a person are read field by field: an unreadable field counts as missing, and the others are still used. */
export const personSchema = z.record(z.string(), z.unknown());
export type PersonAnswer = z.output<typeof personSchema>;

/** Reads one field; null when it holds nothing usable. */
type FieldReader<T> = (value: unknown) => T | null;

/** Unreadable fields are reported by name, never by value: values are personal. */
export function createPersonReader(answer: PersonAnswer, onOddField: (field: string) => void) {
  return function read<T>(field: string, reader: FieldReader<T>): T | null {
    const value = Object.hasOwn(answer, field) ? answer[field] : undefined;
    if (value === undefined || value === null) return null;
    const result = reader(value);
    if (result === null) onOddField(field);
    return result;
  };
}

/** Text of up to 1,000 code points. */
export const readName: FieldReader<string> = (value) =>
  typeof value === 'string' && value.length <= 2 * maxValueLength && codePointLength(value) <= maxValueLength ? value : null;

/** A tier of the contract, in any case and with or without blanks around it. An unknown tier counts as none. */
export const readTier: FieldReader<UserTier> = (value) => {
  if (typeof value !== 'string') return null;
  const name = value.trim().toLowerCase();
  return userTiers.find((tier) => tier === name) ?? null;
};

export const readLocale: FieldReader<string> = (value) => (typeof value === 'string' ? canonicalLocale(value.trim()) : null);

/** Longer than any name of a time zone. */
const maxTimeZoneLength = 64;

/** An IANA time zone that this process knows. */
export const readTimeZone: FieldReader<string> = (value) => {
  if (typeof value !== 'string' || value.length > maxTimeZoneLength) return null;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: value.trim() }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
};

/**
 * Whether the answer has the id of another person than was asked for. An id in another format is ignored: it may be internal to the
 * platform.
 */
export function isAboutAnother(answer: PersonAnswer, askedFor: string): boolean {
  const id = Object.hasOwn(answer, 'id') ? answer['id'] : undefined;
  return typeof id === 'string' && z.guid().safeParse(id).success && id.toLowerCase() !== askedFor.toLowerCase();
}
