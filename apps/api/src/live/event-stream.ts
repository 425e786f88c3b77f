import type { ServerResponse } from 'node:http';

/** Why a stream ended. */
export type StreamEnd = 'client_left' | 'too_slow' | 'session_over' | 'too_long' | 'shutdown';

/** Unread bytes of a stream above which nothing more is kept for its client. */
const maxUnreadBytes = 65_536;

/** A stream of server-sent events, written to the response of Node.js: a web stream in between would double memory and time. */
export interface EventStream {
  /** Bytes that the client has not taken yet. */
  readonly unreadBytes: number;
  /** The first text, however long it is. */
  begin(text: string): void;
  /** Drops a client that has not read what it was sent before. */
  send(text: string): void;
  /** Tells the client when to come again, in milliseconds, and closes. */
  end(why: StreamEnd, retryMs: number): void;
  /** Closes at once. */
  drop(why: StreamEnd): void;
}

/** @param onEnd called once, when the connection is closed. */
export function createEventStream(response: ServerResponse, onEnd: (why: StreamEnd) => void): EventStream {
  let why: StreamEnd = 'client_left';
  /** Nothing more is written. */
  let isOver = false;
  /** What is begun with may be more than a slow client is allowed later: it counts until it has been read once. */
  let allowance = maxUnreadBytes;
  response.on('error', () => {});
  response.once('close', () => {
    isOver = true;
    onEnd(why);
  });

  function drop(reason: StreamEnd): void {
    if (!isOver) why = reason;
    isOver = true;
    response.destroy();
  }

  return {
    get unreadBytes() {
      return response.writableLength;
    },
    begin(text) {
      if (isOver) return;
      allowance += Buffer.byteLength(text);
      response.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        // Proxies keep answers back to send more at once, unless they are told not to.
        'X-Accel-Buffering': 'no',
        // A server that stops need not wait for a connection that another request could use.
        Connection: 'close',
      });
      response.write(text);
    },
    send(text) {
      if (isOver) return;
      const unread = response.writableLength;
      if (unread > allowance) return drop('too_slow');
      if (unread === 0) allowance = maxUnreadBytes;
      response.write(text);
    },
    end(reason, retryMs) {
      if (isOver) return;
      isOver = true;
      why = reason;
      response.end(`retry: ${Math.round(retryMs)}\n\n`);
    },
    drop,
  };
}
