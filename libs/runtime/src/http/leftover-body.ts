import type { IncomingMessage, ServerResponse } from 'node:http';

/** How many bytes of an unwanted body are read and dropped, so that the connection can be reused. */
export const maxLeftoverBytes = 262_144;
/** … and how long that may take, in milliseconds. */
const maxLeftoverMs = 500;
/**
 * How long a client may take to read its answer before the connection is closed, in milliseconds: closing it with unread bytes would lose
 * the answer.
 */
const lastWordsMs = 250;

/**
 * Bounds how much of a body is read after its request was answered; Node.js would read all of it. To be called before the request reaches a
 * listener.
 */
export function boundLeftoverBody(request: IncomingMessage, response: ServerResponse): void {
  const { headers, socket } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return;

  response.prependOnceListener('finish', () => {
    if (request.readableEnded || request.destroyed) return;
    let bytes = 0;
    function count(chunk: Buffer): void {
      bytes += chunk.length;
      if (bytes > maxLeftoverBytes) close();
    }
    function stop(): void {
      clearTimeout(timer);
      request.off('data', count).off('end', stop).off('close', stop);
    }
    function close(): void {
      stop();
      request.pause();
      socket.end();
      setTimeout(() => socket.destroy(), lastWordsMs).unref();
    }
    const timer = setTimeout(close, maxLeftoverMs);
    request.on('data', count).once('end', stop).once('close', stop).resume();
    // Node.js now regards the request as consumed, and does not drop the rest without counting it.
    request.read(0);
  });
}
