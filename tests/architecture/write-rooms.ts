import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readCommandLine } from '@mood/runtime';
import { describeRooms, listInGuide } from './describe-rooms.ts';
import { rooms } from './rooms.ts';

const help = `npm run docs:rooms: writes the allow list of tests/architecture/rooms.ts into docs/architecture.md.

Run it after a row was changed. The exit code is 0 when it is written, 1 when it could not be, 2 when the command line was not understood.`;

readCommandLine(help, {});
const guide = path.resolve(import.meta.dirname, '../../docs/architecture.md');
const before = await readFile(guide, 'utf8');
if (!listInGuide.test(before)) throw new Error(`${guide} has lost the marks between which the list goes`);
await writeFile(
  guide,
  before.replace(listInGuide, () => describeRooms(rooms)),
);
