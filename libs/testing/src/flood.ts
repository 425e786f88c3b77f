import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** In a process of its own, so that sending does not hold up whoever measures. */
const script = `
  const http = require('node:http');
  const { url, path, connections } = JSON.parse(process.argv[1]);
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const answers = {};
  const count = (what) => (answers[what] = (answers[what] ?? 0) + 1);
  function next() {
    http.get(url + path, { agent }, (answer) => {
      answer.resume().on('end', () => { count(answer.statusCode); next(); });
    }).on('error', () => { count('error'); setImmediate(next); });
  }
  for (let i = 0; i < connections; i++) next();
  const tell = () => console.log(JSON.stringify(answers));
  setInterval(tell, 50);
  process.stdin.resume().on('end', () => { tell(); process.exit(); });
`;

/** A server that answers everything at once, with next to nothing. */
const idleServer = `
  const server = require('node:http').createServer((_, response) => response.end('{}'));
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.stdin.resume().on('end', () => process.exit());
`;

function run(code: string, ...args: string[]) {
  const child = spawn(process.execPath, ['-e', code, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8');
  return child;
}

/** Asks for one path over so many connections, each again as soon as it is answered, until it is told to stop. */
export function startFlood(url: string, path: string, connections = 40) {
  const child = run(script, JSON.stringify({ url, path, connections }));
  let answers: Record<string, number> = {};
  const lines = createInterface(child.stdout).on('line', (line) => {
    answers = JSON.parse(line);
  });
  const ended = once(lines, 'close');
  return {
    /** Answers so far, as the flood has last told: a moment ago. @throws when it is over. */
    answered(): number {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error('the flood is over');
      return Object.values(answers).reduce((sum, some) => sum + some, 0);
    },
    /** @returns answers by status. */
    async stop(): Promise<Record<string, number>> {
      child.stdin.end();
      await ended;
      return answers;
    },
  };
}

/** Something to flood that costs nobody else anything but the processor: what a busy machine costs by itself. */
export async function startIdleServer(): Promise<{ url: string; stop(): void }> {
  const child = run(idleServer);
  const [port] = await once(child.stdout, 'data');
  return { url: `http://127.0.0.1:${Number(port)}`, stop: () => void child.stdin.end() };
}
