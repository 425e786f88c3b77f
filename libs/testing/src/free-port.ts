import { createServer } from 'node:net';

/** Below what Linux and macOS take for connections that go out: nobody gets in between by chance. */
const [first, perWorker] = [10_000, 3_000];
/** Each worker of a test run has ports of its own. */
const start = first + (Number(process.env['JEST_WORKER_ID'] ?? 0) % 7) * perWorker;

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

const handedOut = new Set<number>();

/** A port of this host that nothing listens on, and that this process has not been given before: whoever got it may not listen yet. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < perWorker; attempt += 1) {
    const port = start + Math.floor(Math.random() * perWorker);
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${start} on is free`);
}
