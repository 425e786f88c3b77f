import { isTestCode } from './room.ts';
import type { Room } from './room.ts';

/** The part of docs/architecture.md between the marks. */
export const listInGuide = /(?<=<!-- rooms: .* -->\n).*(?=<!-- \/rooms -->)/s;

/** The allow list as docs/architecture.md shows it between the marks. A list, so that a changed row changes no other line. */
export function describeRooms(rooms: readonly Room[]): string {
  return `\n${rooms.map(describeRoom).join('\n')}\n\n`;
}

function describeRoom({ room, imports, inTests = [], why }: Room): string {
  const own = `  - ${isTestCode(room) ? 'test code: ' : ''}${namesOf(imports) || 'nothing'}`;
  const more = inTests.length === 0 ? [] : [`  - its tests besides: ${namesOf(inTests)}`];
  return [`- \`${room}\`: ${why}`, own, ...more].join('\n');
}

/** All builtins of Node.js in one name. */
function namesOf(imports: readonly string[]): string {
  const builtins = imports.filter((name) => name.startsWith('node:')).map((name) => name.slice('node:'.length));
  const others = imports.filter((name) => !name.startsWith('node:'));
  const shown = builtins.length < 2 ? builtins.map((name) => `node:${name}`) : [`node:{${builtins.join(', ')}}`];
  return [...others, ...shown].map((name) => `\`${name}\``).join(', ');
}
