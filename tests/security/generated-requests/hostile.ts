import fc from 'fast-check';
import { rawBodies } from './hostile-bodies.ts';
import { hostileInUrl, hostileValues } from './hostile-values.ts';
import { placesIn, withValueAt } from './places.ts';
import type { Parts } from './requests.ts';

const long = (length: number) => 'x'.repeat(length);

const contentTypes = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/xml',
  'application/json; charset=utf-16',
  'application/json; charset=\u00ff',
  'application/jsonp',
  'application/merge-patch+json',
  '*/*',
  ',',
  'application/json, text/plain',
  'APPLICATION/JSON',
];

const strangeHeaders: Record<string, string>[] = [
  { 'user-agent': '\u00ff\u0080 {{userName}} <script>' },
  { 'user-agent': long(4_000) },
  { 'x-forwarded-for': `'; --, 999.1.1.1, [::1` },
  { 'x-request-id': `${long(300)}<script>` },
  { 'accept-language': '\u00ff;q=9,*' },
  { accept: 'application/xml' },
  { 'content-encoding': 'gzip' },
  { 'transfer-encoding': 'chunked' },
  { 'x-http-method-override': 'DELETE' },
  { origin: 'null', cookie: '__proto__=1; a=\u00ff' },
  { host: `'"<>` },
  { host: 'a:99999' },
  { authorization: 'Bearer' },
  { authorization: 'Basic Og==' },
  { authorization: `Bearer ${long(7_000)}` },
  { authorization: 'Bearer a.b.c' },
  { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' },
];

/** A request as an attacker would send it. */
export function hostile(valid: fc.Arbitrary<Parts>): fc.Arbitrary<Parts> {
  const inBody = fc.tuple(valid, fc.nat(), hostileValues).map(([parts, which, value]) => {
    const places = placesIn(parts.body ?? {});
    return { ...parts, body: withValueAt(parts.body ?? {}, places[which % places.length] ?? [], value) };
  });
  const asBody = fc
    .tuple(valid, fc.constantFrom(...rawBodies))
    .map(([parts, spoil]) => ({ ...parts, ...spoil(parts, JSON.stringify(parts.body ?? {})) }));
  const inPath = fc.tuple(valid, fc.nat(), hostileInUrl).map(([parts, which, text]) => {
    const names = Object.keys(parts.path);
    const name = names[which % Math.max(1, names.length)];
    return name === undefined ? parts : { ...parts, path: { ...parts.path, [name]: text } };
  });
  const inQuery = fc.tuple(valid, fc.nat(), fc.nat(6), hostileInUrl).map(([parts, which, how, text]): Parts => {
    const [name, value] = parts.query[which % Math.max(1, parts.query.length)] ?? ['limit', '1'];
    const more: [string, string][] = [
      [name, text],
      [name, value],
      [`${name}[]`, value],
      [`${name}[a]`, text],
      ['__proto__', text],
      ['constructor', text],
      [text, value],
    ];
    const added = more[how] ?? [name, text];
    return {
      ...parts,
      query: how === 0 ? [...parts.query.filter(([key]) => key !== name), added] : [...parts.query, [name, value], added],
    };
  });
  const inHeaders = fc
    .tuple(
      valid,
      fc.oneof(
        fc.constantFrom(...strangeHeaders),
        fc.constantFrom(...contentTypes).map((type) => ({ 'content-type': type })),
      ),
    )
    .map(([parts, headers]) => ({ ...parts, headers }));
  const method = fc.tuple(valid, fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE')).map(([parts, method]) => ({ ...parts, method }));
  return fc.oneof(
    { weight: 4, arbitrary: inBody },
    { weight: 4, arbitrary: asBody },
    { weight: 3, arbitrary: inPath },
    { weight: 3, arbitrary: inQuery },
    { weight: 3, arbitrary: inHeaders },
    { weight: 1, arbitrary: method },
  );
}
