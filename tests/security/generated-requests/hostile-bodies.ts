import type { Parts } from './requests.ts';

const maxBytes = 65_536;
const bytesOf = (text: string) => Buffer.byteLength(text);

/** A body as large as the largest that is read, or one byte more or less. White space between the values does it. */
function ofBytes(body: unknown, length: number): string {
  const text = JSON.stringify(body ?? {});
  return text.replace(/^./, (first) => first + ' '.repeat(Math.max(0, length - bytesOf(text))));
}

type Spoil = (parts: Parts, text: string) => Partial<Parts>;

/** Bodies that are no JSON, no UTF-8, or too much of both. */
export const rawBodies: Spoil[] = [
  (_parts, text) => ({ raw: text.slice(0, Math.floor(text.length / 2)) }),
  (_parts, text) => ({ raw: text.slice(0, -1) }),
  (_parts, text) => ({ raw: `${text}${text}` }),
  (_parts, text) => ({ raw: `\uFEFF${text}` }),
  (_parts, text) => ({ raw: `${text} // comment` }),
  () => ({ raw: '' }),
  () => ({ raw: '1e999' }),
  () => ({ raw: '['.repeat(30_000) }),
  () => ({ raw: '{"a":'.repeat(10_000) }),
  (_parts, text) => ({ raw: new Uint8Array(Buffer.from(text, 'utf16le')) }),
  (_parts, text) => ({ raw: new Uint8Array(Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff, 0xfe, 0x7d])])) }),
  (_parts, text) => ({ raw: new Uint8Array(Buffer.from(text.replace('"', '"\u00e9'), 'latin1')) }),
  (_parts, text) => ({ raw: text.replace('{', '{"__proto__":{"isAdmin":true},') }),
  (_parts, text) => ({ raw: text.replace('{', '{"constructor":{"prototype":{}},') }),
  (_parts, text) => ({ raw: text.replace(/^\{(.*)\}$/s, '{$1,$1}') }),
  (parts) => ({ raw: ofBytes(parts.body, maxBytes - 1) }),
  (parts) => ({ raw: ofBytes(parts.body, maxBytes) }),
  (parts) => ({ raw: ofBytes(parts.body, maxBytes + 1) }),
];
