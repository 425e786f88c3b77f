const override = /[\u202D\u202E]/;

/**
 * A right-to-left override turns what follows it round: `\u202Emoc.liamg@anna` is read as an address.
 * @returns the text as it is read, and the part of the source that was turned; null when nothing is.
 */
export function withoutReversal(text: string): { text: string; index: number; length: number } | null {
  const index = text.indexOf('\u202E');
  if (index === -1) return null;
  const closing = text.slice(index + 1).search(/[\u202C\u2069]/);
  const end = closing === -1 ? text.length : index + 1 + closing;
  const turned = Array.from(text.slice(index + 1, end))
    .toReversed()
    .join('')
    .replace(new RegExp(override, 'g'), '');
  return {
    text: `${text.slice(0, index)}${turned}${text.slice(end + 1).replace(new RegExp(override, 'g'), '')}`,
    index,
    length: end - index,
  };
}
