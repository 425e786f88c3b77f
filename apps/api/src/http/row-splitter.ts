const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;

/** Characters before a list in which its key is looked for. A key that is farther away is left to JSON.parse. */
const keyDistance = 200;

export interface RowSplitterOptions {
  /** The key of the list, in the outermost object. */
  list: string;
  /** Told of each row's text, as JSON. */
  onRow: (json: string) => void;
  /** UTF-16 units of a single row, and of all that stands around the rows. */
  maxPiece: number;
  /** Told when a row (by number), or what stands around them (null), is longer. Has to throw. */
  onTooLong: (row: number | null) => never;
}

/**
 * Cuts `{"…": …, "list": [row, row, …]}` into its rows while it comes in, so that no part of it is parsed that is larger than a row: what
 * JSON.parse does to megabytes of hostile text takes seconds, in one go. Whether a piece is JSON is for JSON.parse to say: the pieces are
 * only where brackets, commas and strings part them.
 */
export class RowSplitter {
  readonly #options: RowSplitterOptions;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Within the list: how many rows have begun; null outside of it. */
  #row: number | null = null;
  #wasList = false;
  /** Of the row that has begun, or, outside of the list, of what stands around it. */
  #piece = '';
  #around = '';

  constructor(options: RowSplitterOptions) {
    this.#options = options;
  }

  write(text: string): void {
    let begin = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (code === backslash) this.#escaped = true;
        else if (code === quote) this.#inString = false;
      } else if (code === quote) {
        this.#inString = true;
      } else if (code === openBrace || code === openBracket) {
        this.#depth++;
        if (
          code === openBracket &&
          this.#depth === 2 &&
          this.#row === null &&
          this.#opensList(text.slice(Math.max(begin, at - keyDistance), at))
        ) {
          this.#take(text.slice(begin, at + 1));
          begin = at + 1;
          this.#around = this.#piece;
          this.#piece = '';
          this.#row = 0;
        }
      } else if (code === closeBrace || code === closeBracket) {
        if (this.#row !== null && this.#depth === 2) {
          this.#endRow(text.slice(begin, at), true);
          begin = at;
        }
        this.#depth--;
      } else if (code === comma && this.#row !== null && this.#depth === 2) {
        this.#endRow(text.slice(begin, at), false);
        begin = at + 1;
      }
    }
    this.#take(text.slice(begin));
  }

  /** @returns what stands around the rows, with an empty list in their place. */
  end(): string {
    // A list that is never closed is no JSON with its rows either.
    return this.#row === null ? this.#piece : this.#around + this.#piece;
  }

  #opensList(before: string): boolean {
    // Only the end of what came before: putting all of it together for each bracket would take quadratic time.
    const nearby = (this.#piece.slice(-keyDistance) + before).slice(-keyDistance);
    const key = /("(?:[^"\\]|\\.)*")\s*:\s*$/.exec(nearby)?.[1];
    if (this.#wasList || key === undefined) return false;
    try {
      return JSON.parse(key) === this.#options.list;
    } catch {
      return false;
    }
  }

  #endRow(text: string, isLast: boolean): void {
    this.#take(text);
    const isEmptyList = isLast && this.#row === 0 && this.#piece.trim() === '';
    if (!isEmptyList) this.#options.onRow(this.#piece);
    this.#row = isLast ? null : (this.#row ?? 0) + 1;
    this.#piece = isLast ? this.#around : '';
    this.#wasList = isLast;
  }

  #take(text: string): void {
    this.#piece += text;
    if (this.#piece.length > this.#options.maxPiece) this.#options.onTooLong(this.#row);
  }
}
