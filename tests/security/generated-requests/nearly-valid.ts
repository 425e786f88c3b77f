import fc from 'fast-check';
import { isObject, placesIn, withValueAt } from './places.ts';
import { encode } from './requests.ts';
import type { Parts } from './requests.ts';

const long = (length: number) => 'x'.repeat(length);

/** What stands in a field of the wrong type, or just beyond its bounds. */
const nearMisses: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, true, false, '', ' ', [], {}, [null], 'true', '1', 'positive', 'POSITIVE', 'none', 'admin'),
  fc.constantFrom(-1, 0, 1, 1.5, 100, 101, 300, 301, 1_000, 1_001, 1_440, 1_441, 2_147_483_647, 2_147_483_648, -2_147_483_648, 2 ** 53),
  fc.constantFrom(35, 36, 40, 41, 64, 65, 128, 129, 200, 201, 500, 501, 1_000, 1_001, 2_000, 2_001, 20_000).map(long),
  fc.uuid(),
  fc.constantFrom('0198c5a0-7a3f-7c11-9d2e-000000000000', '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
  fc.constantFrom('2026-02-30T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00', '9999-12-31T23:59:59-23:59', '0000-01-01T00:00:00+23:59'),
  fc.constantFrom('{{', '{{userName', '{{unknown}}', '{{userName|{{amount}}}}', 'x-a-', 'de-', 'Mars/Olympus', 'UTC+25'),
  fc.jsonValue({ maxDepth: 2 }),
);

/** A request with one thing wrong, or at the edge. */
export function nearlyValid(valid: fc.Arbitrary<Parts>): fc.Arbitrary<Parts> {
  return fc.tuple(valid, fc.nat(), fc.nat(9), nearMisses).map(([parts, which, how, value]) => {
    const { body, query, path } = parts;
    const names = Object.keys(path);
    const inBody = body !== undefined && how < 7;
    if (inBody && how === 0 && isObject(body)) return { ...parts, body: { ...body, isAdmin: value ?? true } };
    if (inBody) {
      const places = placesIn(body);
      return { ...parts, body: withValueAt(body, places[which % places.length] ?? [], value) };
    }
    const name = names[which % Math.max(1, names.length)];
    if (name !== undefined && how % 2 === 0) return { ...parts, path: { ...path, [name]: encode(value ?? 'undefined') || '%20' } };
    if (query.length === 0 || how === 9) return { ...parts, query: [...query, ['page', encode(value ?? null)]] };
    const changed = which % query.length;
    if (value === undefined) return { ...parts, query: query.filter((_one, index) => index !== changed) };
    return { ...parts, query: query.map(([key, old], index) => [key, index === changed ? encode(value) : old]) };
  });
}
