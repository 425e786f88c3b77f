import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Hmac } from 'node:crypto';
import type { MasterKey } from './master-keys.ts';

/** Signs with a key that is derived from a master key for one purpose, and is of no use for anything else. */
export const createSigner = ({ secret }: MasterKey, purpose: string): Hmac =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)));

/** @param hex the signature as it was written. */
export function isSignature(hex: string, expected: Buffer): boolean {
  const given = Buffer.from(hex, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
