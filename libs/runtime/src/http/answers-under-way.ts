import type { IncomingMessage } from 'node:http';

type Socket = IncomingMessage['socket'];

/** Answers that were written, and that clients have not received yet. */
export interface AnswersUnderWay {
  /** An answer was written to the connection. */
  written(socket: Socket): void;
  /** The answer has left the process, or the connection is closed. */
  left(socket: Socket): void;
}

/** Bound for all connections together. Bytes that the operating system has buffered do not count: it has bounds of its own. */
export const maxBytesUnderWay = 32 * 1_024 * 1_024;

/**
 * Bounds the memory that unread answers take. Above the bound the connections that have not read for the longest time are closed, so that
 * slow clients take nothing from the others.
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
