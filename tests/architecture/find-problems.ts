import { checkImports } from './check-imports.ts';
import { findCircles } from './find-circles.ts';
import type { Room } from './room.ts';
import { importGraph, readSourceFiles } from './source-files.ts';

/**
 * Holds a checkout against its allow list, and looks for circles: imports of types count.
 * @returns one sentence for each thing that is wrong, and how many files were looked at.
 */
export function findProblems(root: string, rooms: readonly Room[]): { problems: string[]; files: number } {
  const files = readSourceFiles(root);
  const circles = findCircles(importGraph(root, files)).map((circle) => `Circle: ${[...circle, circle[0]].join(' → ')}.`);
  return { problems: [...checkImports(files, rooms), ...circles], files: files.length };
}
