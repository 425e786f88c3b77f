import type { IncomingMessage } from 'node:http';

type Socket = IncomingMessage['socket'];

/** Answers that were written and that their clients have not taken yet. */
export interface AnswersUnderWay {
  /** An answer was written to the connection. */
  written(socket: Socket): void;
  /** It has left the process, or the connection is gone. */
  left(socket: Socket): void;
}

/** Of all connections together. What the operating system has taken does not count: it has bounds of its own. */
export const maxBytesUnderWay = 32 * 1_024 * 1_024;

/**
 * Bounds the bytes of all answers that nobody takes. Beyond the bound those connections are cut off that have not taken theirs for the
 * longest time, so that clients who do not read take nothing from those who do.
 */
export function createAnswersUnderWay(maxBytes: number = maxBytesUnderWay): AnswersUnderWay {
  /** In the order in which the answers were written. */
  const held = new Map<Socket, number>();
  let bytesInAll = 0;

  function left(socket: Socket): void {
    const bytes = held.get(socket);
    if (bytes === undefined) return;
    bytesInAll -= bytes;
    held.delete(socket);
  }

  return {
    left,
    written(socket) {
      const bytes = socket.destroyed ? 0 : socket.writableLength;
      if (bytes === 0) return;
      left(socket);
      held.set(socket, bytes);
      bytesInAll += bytes;
      for (const oldest of held.keys()) {
        if (bytesInAll <= maxBytes || oldest === socket) return;
        left(oldest);
        oldest.destroy();
      }
    },
  };
}
