import { maxMoodVersion } from '@mood/domain';

/** Names the version before which a page of a history begins. Callers hand it back as it is. */
export const toHistoryCursor = (version: number): string => Buffer.from(`history:${version}`).toString('base64url');

/** @returns the version; null when `toHistoryCursor` never made this text. */
export function readHistoryCursor(cursor: string): number | null {
  const [, digits] = /^history:([1-9]\d{0,9})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  const version = Number(digits);
  return digits !== undefined && version <= maxMoodVersion && toHistoryCursor(version) === cursor ? version : null;
}
