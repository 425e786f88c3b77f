import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is read over of a body that nobody wants any more, so that the connection can be used again. */
export const maxLeftoverBytes = 262_144;
/** … and for how long, in milliseconds. */
const maxLeftoverMs = 500;
/** How long a client may take to read its answer before the connection is cut off: bytes that are left unread take the answer with them. */
const lastWordsMs = 250;

/**
 * Bounds what is read of a body after its request was answered. Node.js would read over all of it.
 * To be called before the request is given to anybody.
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
    // From now on Node.js takes it for read, and does not throw the rest away uncounted.
    request.read(0);
  });
}
