import { describe, expect, test } from '@jest/globals';
import { createMasterKey } from '../database.fixture.ts';
import { CheckpointError, createCheckpointWriter, readCheckpoint } from './checkpoint.ts';
import { oneByOne, readCheckpointText, readTails } from './checkpoint.fixture.ts';

const key = createMasterKey('m1');
const model = 'a0000000-0000-4000-8000-000000000001';
const takenAt = new Date('2026-01-02T15:45:00Z');

async function write(models: number, by = key): Promise<string> {
  let text = '';
  const writer = await createCheckpointWriter([by], takenAt, (line) => {
    text += line;
  });
  for (let n = 0; n < models; n += 1) writer.add({ modelId: model.replace(/1$/, String(n)), version: n + 1, hash: 'ab'.repeat(32) });
  writer.end();
  return text;
}

describe('a checkpoint', () => {
  test.each([1, 7, 90, 100_000])('reads back as it was written, in pieces of %d', async (pieces) => {
    const checkpoint = await readCheckpointText(await write(3), [createMasterKey('newer'), key], pieces);
    expect(checkpoint.takenAt).toBe(takenAt.toISOString());
    const read = await readTails(checkpoint);
    expect(read.map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(read[1]).toEqual({ modelId: model, version: 2, hash: 'ab'.repeat(32) });
  });

  test('of an empty log is one, too', async () => {
    expect(await readTails(await readCheckpointText(await write(0), [key]))).toEqual([]);
  });

  test('that is gone on with is signed as a whole', async () => {
    const whole = await write(3);
    const begun = whole.split('\n').slice(0, 3).join('\n');
    let text = `${begun}\n`;
    const writer = await createCheckpointWriter([key], takenAt, (lines) => (text += lines), oneByOne([`${begun}\n`]));
    writer.add({ modelId: model.replace(/1$/, '2'), version: 3, hash: 'ab'.repeat(32) });
    writer.end();
    expect(text).toBe(whole);
  });

  test('that is changed after it was opened is refused where it is read to its end', async () => {
    const whole = await write(3);
    let [text, opened] = [whole, 0];
    const checkpoint = await readCheckpoint(() => (opened++, oneByOne([text])), [key]);
    text = whole.replace(' 2 ', ' 4 ');
    await expect(readTails(checkpoint)).rejects.toThrow('Its signature does not fit');
    expect(opened).toBe(3);
  });

  test.each<[string, (text: string) => string | Promise<string>]>([
    ['a changed version', (text) => text.replace(' 2 ', ' 3 ')],
    ['a changed time', (text) => text.replace('2026', '2027')],
    ['a line less', (text) => text.split('\n').toSpliced(1, 1).join('\n')],
    ['a line more', (text) => `${text}${model} 9 ab\n`],
    ['lines in another order', (text) => text.replace(/^(.*\n)(.*\n)(.*\n)/, '$1$3$2')],
    ['its end missing', (text) => text.slice(0, text.indexOf('signature'))],
    ['half a signature', (text) => text.slice(0, -10)],
    ['another key’s signature', () => write(3, { ...createMasterKey('m1') })],
  ])('with %s is refused', async (_name, change) => {
    await expect(readCheckpointText(await change(await write(3)), [key])).rejects.toThrow('Its signature does not fit');
  });

  test('says which key it needs, and what is no checkpoint at all', async () => {
    await expect(readCheckpointText(await write(1), [createMasterKey('m2')])).rejects.toThrow(
      'signed with the master key "m1", which AUDIT_MASTER_KEYS does not hold',
    );
    for (const text of ['', '{}', 'mood-templates/1 x y']) {
      await expect(readCheckpointText(text, [key])).rejects.toThrow(CheckpointError);
    }
  });
});
