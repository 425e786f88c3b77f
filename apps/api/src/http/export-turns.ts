import { setTimeout as pause } from 'node:timers/promises';

/** For so much longer than its last piece took, an export rests: what others wait for comes first. */
const restFactor = 2;
const maxRestMs = 200;

/**
 * Exports take as long as they take, and nobody waits for a piece of one. All of a process take turns, piece by piece, in the order in which they
 * come: one makes a piece, then all rest. So none is refused or waits for another's end, and one whose client reads slowly holds up nobody.
 * @returns what has an export take part. A generator's work for a piece is done when it is asked for it.
 */
export function createExportTurns() {
  let last: Promise<unknown> = Promise.resolve();

  function takeTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(async () => {
      const began = performance.now();
      try {
        return { made: await work(), tookMs: performance.now() - began };
      } catch (error) {
        return { error, tookMs: performance.now() - began };
      }
    });
    last = turn.then(({ tookMs }) => pause(Math.min(tookMs * restFactor, maxRestMs)));
    return turn.then((done) => {
      if ('error' in done) throw done.error;
      return done.made;
    });
  }

  return async function* inTurns<Piece>(pieces: AsyncGenerator<Piece>): AsyncGenerator<Piece> {
    try {
      for (;;) {
        const next = await takeTurn(() => pieces.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await pieces.return(undefined);
    }
  };
}

export type ExportTurns = ReturnType<typeof createExportTurns>;

/**
 * An answer of pieces of text. The first is made before the answer begins: a failure before it is answered as an error.
 * @param pieces that take turns.
 */
export async function streamPieces(pieces: AsyncGenerator<string>, headers: Record<string, string>): Promise<Response> {
  const utf8 = new TextEncoder();
  const first = await pieces.next();

  async function* bytes() {
    if (first.done !== true) yield utf8.encode(first.value);
    for await (const piece of pieces) yield utf8.encode(piece);
  }

  return new Response(ReadableStream.from(bytes()), { headers });
}
