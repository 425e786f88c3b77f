import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A connection on which requests are written by hand, and whose answers nobody reads unless asked to. */
export interface RawConnection {
  readonly socket: Socket;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;
  readonly send: (text: string) => void;
  /** Reads from now on, until `enough` says so of all that came. @throws when the connection ends before. */
  readonly readUntil: (enough: (text: string) => boolean) => Promise<string>;
}

/** @param url of the server. */
export async function openRawConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.setEncoding('latin1').pause();
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  // Being cut off is what some tests wait for.
  socket.on('error', () => {});
  return {
    socket,
    closed,
    send: (text) => void socket.write(text),
    readUntil: (enough) =>
      new Promise((resolve, reject) => {
        let text = '';
        socket.on('data', (chunk: string) => {
          text += chunk;
          if (enough(text)) resolve(text);
        });
        socket.resume();
        void closed.then(() => reject(new Error(`the connection ended after ${text.length} characters: ${text.slice(-200)}`)));
      }),
  };
}

/** The text of a GET request, as it goes over the wire. */
export function getRequest(path: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({ Host: 'api', ...headers }).map(([name, value]) => `${name}: ${value}`);
  return [`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

/** Resolves when a number has stood still for a while: nothing more is to be expected. */
export async function settled(look: () => Promise<number>, stillMs = 400): Promise<number> {
  let [last, since] = [await look(), Date.now()];
  while (Date.now() - since < stillMs) {
    await pause(50);
    const now = await look();
    if (now !== last) [last, since] = [now, Date.now()];
  }
  return last;
}
