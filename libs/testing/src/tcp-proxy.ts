import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface TcpProxy {
  readonly port: number;
  /** Nothing passes any more on the connections that are open, and nobody is told, as when a host has vanished. New ones are as ever. */
  silence(): void;
  /** Every connection is lost, and new ones are refused, until it is mended. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/**
 * A wire that takes its time: everything that is sent to `targetPort` passes through in order, some of it late.
 * @param delayMs asked for every piece that a client sends: what the client has said so far, in its first words, says who it is.
 */
export async function createTcpProxy(targetPort: number, delayMs: (firstWords: string) => number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const silenced = new WeakSet<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', () => {
        client.destroy();
        target.destroy();
      });
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        target.destroy();
      });
    }
    target.on('data', (piece) => {
      if (!silenced.has(target)) client.write(piece);
    });
    let firstWords = '';
    let sent: Promise<unknown> = Promise.resolve();
    async function pass(piece: string | Buffer, late: number): Promise<void> {
      if (late > 0) await pause(late);
      if (!target.destroyed && !silenced.has(target)) target.write(piece);
    }
    client.on('data', (piece) => {
      if (firstWords.length < 1_000) firstWords += piece.toString('latin1');
      const late = delayMs(firstWords);
      sent = sent.then(() => pass(piece, late));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    silence() {
      for (const socket of sockets) silenced.add(socket);
    },
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      isCut = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
