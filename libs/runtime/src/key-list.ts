import { z } from 'zod';
import { weakKey } from './secret-strength.ts';
import { setting } from './settings.ts';

/** A secret of 32 bytes. What was made with it names it by `id`, so several can be in use while keys rotate. */
export interface NamedKey {
  id: string;
  secret: Buffer;
}

/** The first key is used for what is new; the others only open what was made with them before. */
export type KeyList = readonly [NamedKey, ...NamedKey[]];

type Parsed = { ok: true; keys: KeyList } | { ok: false; problem: string };

/** Reads `id:base64,id:base64`. */
export function parseKeyList(text: string): Parsed {
  const keys: NamedKey[] = [];
  for (const entry of text.split(',')) {
    const [id, encoded, ...rest] = entry.trim().split(':');
    if (id === undefined || encoded === undefined || rest.length > 0 || !/^[A-Za-z0-9_-]{1,40}$/.test(id)) {
      return { ok: false, problem: 'expected "id:base64" entries separated by commas' };
    }
    const secret = Buffer.from(encoded, 'base64');
    if (secret.length !== 32)
      return { ok: false, problem: `key "${id}" has ${secret.length} bytes, expected 32 (openssl rand -base64 32)` };
    if (keys.some((key) => key.id === id)) return { ok: false, problem: `key "${id}" is given twice` };
    keys.push({ id, secret });
  }
  const [first, ...others] = keys;
  if (first === undefined) return { ok: false, problem: 'expected at least one key' };
  return { ok: true, keys: [first, ...others] };
}

/** A setting that holds keys of 32 bytes. In production keys that are text or a pattern are refused. */
export function keyListSetting({ env, doc }: { env: string; doc: string }) {
  return setting({
    env,
    doc: `${doc}, newest first: "id:base64 of 32 bytes", separated by commas`,
    schema: z.string('expected at least one key').transform((text, context) => {
      const parsed = parseKeyList(text);
      if (parsed.ok) return parsed.keys;
      context.addIssue(parsed.problem);
      return z.NEVER;
    }),
    secret: true,
    weakness(keys) {
      const weak = keys.map(({ id, secret }) => ({ id, reason: weakKey(secret) })).find(({ reason }) => reason !== undefined);
      return weak && `of key "${weak.id}", ${weak.reason}`;
    },
  });
}
