import { describe, expect, test } from '@jest/globals';
import { createMasterKey } from '../database.fixture.ts';
import { CheckpointError, createCheckpointWriter, readCheckpoint } from './checkpoint.ts';

const key = createMasterKey('m1');
const model = 'a0000000-0000-4000-8000-000000000001';
const takenAt = new Date('2026-01-02T15:45:00Z');

function write(models: number, by = key): string {
  let text = '';
  const writer = createCheckpointWriter([by], takenAt, (line) => {
    text += line;
  });
  for (let n = 0; n < models; n += 1) writer.add(model.replace(/1$/, String(n)), n + 1, 'ab'.repeat(32));
  writer.end();
  return text;
}

describe('a checkpoint', () => {
  test('reads back as it was written', () => {
    const { takenAt: at, tails } = readCheckpoint(write(3), [createMasterKey('newer'), key]);
    expect(at).toBe(takenAt.toISOString());
    expect([...tails.values()].map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(tails.get(model)).toEqual({ version: 2, hash: 'ab'.repeat(32) });
  });

  test('of an empty log is one, too', () => {
    expect(readCheckpoint(write(0), [key]).tails.size).toBe(0);
  });

  test.each<[string, (text: string) => string]>([
    ['a changed version', (text) => text.replace(' 2 ', ' 3 ')],
    ['a changed time', (text) => text.replace('2026', '2027')],
    ['a line less', (text) => text.split('\n').toSpliced(1, 1).join('\n')],
    ['a line more', (text) => `${text}${model} 9 ab\n`],
    ['its end missing', (text) => text.slice(0, text.indexOf('signature'))],
    ['half a signature', (text) => text.slice(0, -10)],
    ['another key’s signature', () => write(3, { ...createMasterKey('m1') })],
  ])('with %s is refused', (_name, change) => {
    expect(() => readCheckpoint(change(write(3)), [key])).toThrow('Its signature does not fit');
  });

  test('says which key it needs, and what is no checkpoint at all', () => {
    expect(() => readCheckpoint(write(1), [createMasterKey('m2')])).toThrow(
      'signed with the master key "m1", which AUDIT_MASTER_KEYS does not hold',
    );
    for (const text of ['', '{}', 'mood-templates/1 x y']) {
      expect(() => readCheckpoint(text, [key])).toThrow(CheckpointError);
    }
  });
});
