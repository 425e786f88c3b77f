import type { KeyList, NamedKey } from '@mood/runtime';

/** A key that wraps data keys. */
export type MasterKey = NamedKey;

/** The first key wraps new data keys; the others only open what they wrapped before. */
export type MasterKeys = KeyList;
