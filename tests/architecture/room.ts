/** A row of the allow list: a part of the house, and what its files may import. */
export interface Room {
  /** A folder, or one file, from the root. The longest that holds a file is the file's room. */
  room: string;
  /**
   * What its product code may import: packages (with all their entries), entries of packages, builtins of Node.js, other rooms by
   * folder (relative imports). Its own files are not listed.
   */
  imports: readonly string[];
  /** What its tests, fakes and fixtures may import besides. */
  inTests?: readonly string[];
  /** What the room is for, and so why these. */
  why: string;
}

/** In a list: names that only running the code tells, as in `import(name)`. */
export const computedName = '(computed)';

/** In a list: all builtins of Node.js. */
export const allBuiltins = 'node:*';

/** The room of a file or folder, by their paths from the root. */
export function roomOf<R extends Pick<Room, 'room'>>(file: string, rooms: readonly R[]): R | undefined {
  return rooms.filter(({ room }) => file === room || file.startsWith(`${room}/`)).toSorted((a, b) => b.room.length - a.room.length)[0];
}

const forTests = [
  /^(tests|bench|libs\/testing)(\/|$)/,
  /^jest\.config\.js$/,
  /\.(test|fake|fixture|suite)\.[cm]?[jt]sx?$/,
  /\/(fixtures|conformance)\//,
];

/** Whether a file is there for tests alone, and so may use what the product may not. */
export function isTestCode(file: string): boolean {
  return forTests.some((pattern) => pattern.test(file));
}
