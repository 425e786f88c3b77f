import { TooManyRequests } from './request-limit.ts';

const blockBytes = 65_536;

/** Buffers uploads, which may arrive slowly, within one bound on their total size. @param waitMs until a refused caller may try again. */
export function createUploadRoom(maxBytes: number, waitMs: number) {
  let taken = 0;

  /** Buffers a whole body, calls `use` with it, and frees the room afterwards. @throws TooManyRequests when there is no room for it. */
  return async function withUpload<T>(body: AsyncIterable<Uint8Array>, use: (blocks: readonly Uint8Array[]) => Promise<T>): Promise<T> {
    const blocks: Buffer[] = [];
    let used = blockBytes;

    /** Copied into blocks: a body that arrives byte by byte would take a hundred times its size as separate chunks. */
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
