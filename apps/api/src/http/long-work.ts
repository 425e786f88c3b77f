import type { Socket } from 'node:net';
import type { Context } from 'hono';

/** There is no connection where the app is called without a server. */
function socketOf(c: Context): Socket | undefined {
  return c.env?.incoming?.socket;
}

/**
 * For work that may take longer than a connection may be silent: its client waits for us, and is not cut off for that. Only for what few
 * requests do at a time, since nothing else ends such a connection.
 */
export async function whileClientWaits<T>(c: Context, task: () => Promise<T>): Promise<T> {
  const socket = socketOf(c);
  const silenceMs = socket?.timeout;
  socket?.setTimeout(0);
  try {
    return await task();
  } finally {
    socket?.setTimeout(silenceMs ?? 0);
  }
}
