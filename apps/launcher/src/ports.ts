import { once } from 'node:events';
import { createServer } from 'node:net';
import { errorCode, isBlockedPort } from '@mood/runtime';
import { LaunchError } from './launch-error.ts';

export interface WantedPort {
  /** What will listen there, for example "the API". */
  purpose: string;
  /** The environment variable that sets it. */
  variable: string;
  /** 0: any free port. */
  port: number;
}

/**
 * Checks that a port is free, and that a browser would call it, before anything is started.
 * @returns the port; a free one for 0.
 * @throws LaunchError naming the port, the variable that sets it, and a port that can be used.
 */
export async function claimPort({ purpose, variable, port }: WantedPort): Promise<number> {
  const found = port === 0 ? await findFree() : await tryPort(port);
  if (found.problem === undefined) return found.port;
  throw new LaunchError(
    `Port ${port}, wanted for ${purpose}, ${found.problem}. Choose another: ${variable}=${await findOther(port)} npm start`,
    { cause: found.cause },
  );
}

const blocked = 'is one that browsers refuse to call, since it is kept for another protocol';

interface Attempt {
  port: number;
  /** What is wrong with it, in words. */
  problem?: string;
  cause?: unknown;
}

async function tryPort(port: number): Promise<Attempt> {
  if (port !== 0 && (await isBlockedPort(port))) return { port, problem: blocked };
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
  } catch (error) {
    return { port, problem: problemOf(error), cause: error };
  }
  const address = probe.address();
  const taken = address !== null && typeof address === 'object' ? address.port : port;
  probe.close();
  await once(probe, 'close');
  return port === 0 && (await isBlockedPort(taken)) ? { port: taken, problem: blocked } : { port: taken };
}

/** The system gives a free port, and knows nothing of browsers: it is asked for another when they refuse that one. */
async function findFree(): Promise<Attempt> {
  let found = await tryPort(0);
  for (let more = 20; found.problem === blocked && more > 0; more--) found = await tryPort(0);
  return found;
}

function problemOf(error: unknown): string {
  const code = errorCode(error);
  if (code === 'EADDRINUSE') return 'is taken by another program';
  return code === 'EACCES' ? 'is open to root only' : `cannot be used (${code})`;
}

/** A port near another one that can be used; if none is, any free one. */
async function findOther(port: number): Promise<number> {
  const first = port < 1_024 ? 3_080 : port;
  const near = [0, 80, 160, 240, -80, -160].map((step) => first + step).filter((one) => one !== port && one >= 1_024 && one <= 65_535);
  for (const one of near) if ((await tryPort(one)).problem === undefined) return one;
  return await claimPort({ purpose: 'anything', variable: '', port: 0 });
}
