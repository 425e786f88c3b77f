import { expect, test } from '@jest/globals';
import { createExportTurns, streamPieces } from './export-turns.ts';

function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** An export of so many pieces, which notes when it makes each. */
async function* exportOf(name: string, count: number, made: string[], workMs = 1): AsyncGenerator<string> {
  try {
    for (let piece = 1; piece <= count; piece += 1) {
      work(workMs);
      made.push(`${name}${piece}`);
      yield `${name}${piece} `;
    }
  } finally {
    made.push(`${name} ends`);
  }
}

const headers = { 'Content-Type': 'text/plain' };

test('exports take turns, piece by piece, and each is whole', async () => {
  const inTurns = createExportTurns();
  const made: string[] = [];
  const answers = await Promise.all(['a', 'b', 'c'].map((name) => streamPieces(inTurns(exportOf(name, 3, made)), headers)));
  expect(made).toEqual(['a1', 'b1', 'c1']);
  expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(['a1 a2 a3 ', 'b1 b2 b3 ', 'c1 c2 c3 ']);
  expect(made.slice(0, 9)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2', 'a3', 'b3', 'c3']);
});

test('one that nobody reads makes no more, and holds up no other', async () => {
  const inTurns = createExportTurns();
  const made: string[] = [];
  const unread = await streamPieces(inTurns(exportOf('unread', 9, made)), headers);
  const read = await streamPieces(inTurns(exportOf('read', 3, made)), headers);
  expect(await read.text()).toBe('read1 read2 read3 ');
  expect(made).not.toContain('unread3');
  await unread.body?.cancel();
});

test('one whose client goes away ends where it is', async () => {
  const inTurns = createExportTurns();
  const made: string[] = [];
  const answer = await streamPieces(inTurns(exportOf('a', 9, made)), headers);
  const reader = answer.body?.getReader();
  await reader?.read();
  await reader?.read();
  await reader?.cancel();
  expect(made.at(-1)).toBe('a ends');
  expect(made.length).toBeLessThan(9);
});

test('one that fails before its first piece is no answer, later it is cut off, and the others go on', async () => {
  const inTurns = createExportTurns();
  async function* failing(after: number) {
    for (let piece = 0; piece < after; piece += 1) yield `${piece}`;
    throw new Error('the disk is full');
  }
  const whole = await streamPieces(inTurns(exportOf('a', 3, [])), headers);
  await expect(streamPieces(inTurns(failing(0)), headers)).rejects.toThrow('the disk is full');
  await expect((await streamPieces(inTurns(failing(2)), headers)).text()).rejects.toThrow('the disk is full');
  expect(await whole.text()).toBe('a1 a2 a3 ');
});

test('all together leave most of the time to others', async () => {
  const inTurns = createExportTurns();
  const pieces = 5;
  const workMs = 10;
  const began = performance.now();
  await Promise.all(['a', 'b'].map(async (name) => (await streamPieces(inTurns(exportOf(name, pieces, [], workMs)), headers)).text()));
  // Ten pieces, after each of which both rest for twice as long; after the last nobody waits.
  expect(performance.now() - began).toBeGreaterThan(2 * pieces * workMs * 2.5);
});
