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

/** A port of this host that nothing listens on. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < perWorker; attempt += 1) {
    const port = start + Math.floor(Math.random() * perWorker);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${start} on is free`);
}
