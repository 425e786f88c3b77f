import { once } from 'node:events';
import { createServer } from 'node:net';
import { errorCode } from '@mood/runtime';
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
 * Checks that a port is free, before anything is started.
 * @returns the port; a free one for 0.
 * @throws LaunchError naming the port and the variable that changes it.
 */
export async function claimPort({ purpose, variable, port }: WantedPort): Promise<number> {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
  } catch (error) {
    throw new LaunchError(
      `Port ${port}, wanted for ${purpose}, ${problemOf(error)}. Choose another: ${variable}=${other(port)} npm start`,
      {
        cause: error,
      },
    );
  }
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return address !== null && typeof address === 'object' ? address.port : port;
}

function problemOf(error: unknown): string {
  const code = errorCode(error);
  if (code === 'EADDRINUSE') return 'is taken by another program';
  return code === 'EACCES' ? 'is open to root only' : `cannot be used (${code})`;
}

const other = (port: number) => (port < 1024 ? 3080 : port < 60_000 ? port + 80 : port - 80);
