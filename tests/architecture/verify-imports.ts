import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readCommandLine } from '@mood/runtime';
import { describeRooms, listInGuide } from './describe-rooms.ts';
import { findProblems } from './find-problems.ts';
import { rooms } from './rooms.ts';

const help = `npm run verify:imports: holds every import against the allow list in tests/architecture/rooms.ts, and looks for circles.

Imports of types count. The exit code is 0 when all is well, 1 when something is not, 2 when the command line was not understood.`;

readCommandLine(help, {});
const root = path.resolve(import.meta.dirname, '../..');
const { problems, files } = findProblems(root, rooms);
const [shown] = listInGuide.exec(readFileSync(path.join(root, 'docs/architecture.md'), 'utf8')) ?? [];
if (shown !== describeRooms(rooms)) problems.push('docs/architecture.md shows another allow list: npm run docs:rooms writes it.');
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`${files} files: every import is on the list of its room, and there is no circle.`);
