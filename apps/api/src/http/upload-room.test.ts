import { expect, test } from '@jest/globals';
import { TooManyRequests } from './request-limit.ts';
import { createUploadRoom } from './upload-room.ts';

const mebibyte = 1_024 * 1_024;

async function* inChunks(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test.each([1, 7, 65_535, 65_536, 65_537, 300_000])('a body in chunks of %i bytes is kept as it came', async (size) => {
  const body = Buffer.from(Array.from({ length: 200_000 }, (_, n) => n % 251));
  const withUpload = createUploadRoom(mebibyte, 1_000);
  expect(await withUpload(inChunks(body, size), async (blocks) => Buffer.concat(blocks).equals(body))).toBe(true);
  expect(await withUpload(inChunks(Buffer.alloc(0), size), async (blocks) => blocks.length)).toBe(0);
});

test('bodies together have a bound; what was refused, used or broken off leaves its room', async () => {
  const withUpload = createUploadRoom(mebibyte, 1_000);
  const body = () => inChunks(Buffer.alloc(mebibyte), 10_000);
  await withUpload(body(), async () => {
    await expect(withUpload(inChunks(Buffer.alloc(1), 1), async () => 'used')).rejects.toBeInstanceOf(TooManyRequests);
  });
  async function* broken() {
    yield Buffer.alloc(mebibyte);
    throw new Error('gone');
  }
  await expect(withUpload(broken(), async () => 'used')).rejects.toThrow('gone');
  await expect(withUpload(inChunks(Buffer.alloc(2 * mebibyte), 10_000), async () => 'used')).rejects.toBeInstanceOf(TooManyRequests);
  expect(await withUpload(body(), async () => 'used')).toBe('used');
});
