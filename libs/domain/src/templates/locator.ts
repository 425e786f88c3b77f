import { codePointLength } from '../text/characters.ts';

/**
 * Turns UTF-16 indexes into lines and columns that people can find; both count from 1, columns in code points. Ask in
 * ascending order: each character of the text is looked at once.
 */
export function createLocator(text: string): (index: number) => { line: number; column: number } {
  let line = 1;
  let column = 1;
  let seen = 0;
  return (index) => {
    const passed = text.slice(seen, index);
    const lastBreak = passed.lastIndexOf('\n');
    if (lastBreak === -1) {
      column += codePointLength(passed);
    } else {
      line += passed.split('\n').length - 1;
      column = codePointLength(passed.slice(lastBreak + 1)) + 1;
    }
    seen = index;
    return { line, column };
  };
}
