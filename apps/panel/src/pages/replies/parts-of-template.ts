/** A piece of a template: words, or the name of a variable. */
export type Piece = { text: string } | { variable: string };

/** Splits what replies are made from into its words and its variables, for people to read. */
export function partsOfTemplate(content: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of content.matchAll(/\{\{\s*(\w+)[^{}]*\}\}/g)) {
    if (match.index > end) pieces.push({ text: content.slice(end, match.index) });
    pieces.push({ variable: match[1] ?? '' });
    end = match.index + match[0].length;
  }
  if (end < content.length) pieces.push({ text: content.slice(end) });
  return pieces;
}
