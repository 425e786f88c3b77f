import { TooManyRequests } from './too-many-requests.ts';

const blockBytes = 65_536;

/**
 * Keeps uploads until they are complete, however slowly they come, within a bound on all of them together.
 * @param waitMs until a refused caller may try again.
 */
export function createUploadRoom(maxBytes: number, waitMs: number) {
  let taken = 0;

  /**
   * Waits for a whole body, and keeps it until `use` has ended.
   * @throws TooManyRequests when there is no room for it.
   */
  return async function withUpload<T>(body: AsyncIterable<Uint8Array>, use: (blocks: readonly Uint8Array[]) => Promise<T>): Promise<T> {
    const blocks: Buffer[] = [];
    let used = blockBytes;

    /** Into blocks: a body of single bytes would take a hundred times its size in chunks. */
    function keep(chunk: Uint8Array): void {
      for (let at = 0; at < chunk.length;) {
        if (used === blockBytes) {
          if (taken + blockBytes > maxBytes) throw new TooManyRequests(waitMs, 'Too many uploads are under way.');
          taken += blockBytes;
          blocks.push(Buffer.allocUnsafeSlow(blockBytes));
          used = 0;
        }
        const piece = chunk.subarray(at, at + blockBytes - used);
        blocks.at(-1)?.set(piece, used);
        used += piece.length;
        at += piece.length;
      }
    }

    try {
      for await (const chunk of body) keep(chunk);
      return await use(blocks.map((block, index) => (index === blocks.length - 1 ? block.subarray(0, used) : block)));
    } finally {
      taken -= blocks.length * blockBytes;
    }
  };
}
