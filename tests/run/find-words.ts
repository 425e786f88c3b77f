/** Of a rolling hash: a prime of FNV. */
const base = 0x0100_0193;
const hashBits = 20;

/**
 * Prepares a look for many words at once. A search for each of ten thousand words takes minutes for the logs of a whole run: here a text is gone
 * through once, with a hash of as many characters as the shortest word has.
 * @param words none empty. Each is found as it is, and as it stands in JSON.
 * @returns a function that tells which of them a text holds, each once.
 */
export function createWordFinder(words: Iterable<string>): (text: string) => string[] {
  const forms = new Map<string, string>();
  for (const word of words) for (const form of [word, JSON.stringify(word).slice(1, -1)]) forms.set(form, word);
  let width = Infinity;
  for (const form of forms.keys()) width = Math.min(width, form.length);
  if (!(width > 0 && width < Infinity)) return () => [];

  const byStart = new Map<string, string[]>();
  const mayStart = new Uint8Array(2 ** hashBits);
  for (const form of forms.keys()) {
    const start = form.slice(0, width);
    byStart.set(start, [...(byStart.get(start) ?? []), form]);
    let hash = 0;
    for (let at = 0; at < width; at += 1) hash = (Math.imul(hash, base) + start.charCodeAt(at)) | 0;
    mayStart[hash >>> (32 - hashBits)] = 1;
  }
  let leaving = 1;
  for (let n = 0; n < width; n += 1) leaving = Math.imul(leaving, base);

  return (text) => {
    const found = new Set<string>();
    let hash = 0;
    for (let at = 0; at < text.length; at += 1) {
      hash = (Math.imul(hash, base) + text.charCodeAt(at)) | 0;
      if (at >= width) hash = (hash - Math.imul(leaving, text.charCodeAt(at - width))) | 0;
      if (mayStart[hash >>> (32 - hashBits)] === 0 || at < width - 1) continue;
      const from = at - width + 1;
      for (const form of byStart.get(text.slice(from, at + 1)) ?? []) {
        if (text.startsWith(form, from)) found.add(forms.get(form) ?? form);
      }
    }
    return [...found];
  };
}
