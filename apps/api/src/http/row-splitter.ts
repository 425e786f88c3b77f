const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;

/** How far before the list its key is searched for, in characters. If it is further away, the rows are left to JSON.parse. */
const keyDistance = 200;

export interface RowSplitterOptions {
  /** The key of the list, in the outermost object. */
  list: string;
  /** Told of each row's text, as JSON. */
  onRow: (json: string) => void;
  /** Longest row, and longest text around the rows, in UTF-16 units. */
  maxPiece: number;
  /** Called when a row (its number), or the text around the rows (null), is too long. Must throw. */
  onTooLong: (row: number | null) => never;
}

/**
 * Splits `{"…": …, "list": [row, row, …]}` into its rows while it arrives, so that nothing longer than a row is ever parsed at once:
 * JSON.parse of megabytes of hostile text blocks the process for seconds. It only finds where rows begin and end, by brackets, commas and
 * strings; whether a row is valid JSON is left to JSON.parse.
 */
export class RowSplitter {
  readonly #options: RowSplitterOptions;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** How many rows of the list have begun; null outside of the list. */
  #row: number | null = null;
  #wasList = false;
  /** The text of the current row, or, outside of the list, of what stands around it. */
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

  /** @returns the text around the rows, with an empty list in their place. */
  end(): string {
    // A list that is never closed makes the whole body invalid JSON, as JSON.parse will find.
    return this.#row === null ? this.#piece : this.#around + this.#piece;
  }

  #opensList(before: string): boolean {
    // Only the last characters are searched: joining the whole text for every bracket would take quadratic time.
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
