import { maxMoodVersion } from '@mood/domain';

/** An opaque cursor: the next page of a history begins before this version. */
export const toHistoryCursor = (version: number): string => Buffer.from(`history:${version}`).toString('base64url');

/** @returns the version; null when the text is no cursor of ours. */
export function readHistoryCursor(cursor: string): number | null {
  const [, digits] = /^history:([1-9]\d{0,9})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  const version = Number(digits);
  return digits !== undefined && version <= maxMoodVersion && toHistoryCursor(version) === cursor ? version : null;
}
