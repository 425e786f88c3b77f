/** A key that wraps data keys. Rows name it by `id`, so several can be in use while keys rotate. */
export interface MasterKey {
  id: string;
  secret: Buffer;
}

/** The first key wraps new data keys; the others only open what they wrapped before. */
export type MasterKeys = readonly [MasterKey, ...MasterKey[]];

type Parsed = { ok: true; keys: MasterKeys } | { ok: false; problem: string };

/** Reads `id:base64,id:base64`. */
export function parseMasterKeys(text: string): Parsed {
  const keys: MasterKey[] = [];
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
