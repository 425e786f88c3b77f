import { errorCode } from '../error-code.ts';

/** Where a server was to listen, and the environment variable that sets the port. */
export interface WantedPlace {
  port: number;
  host: string;
  variable: string;
}

/** @returns what an error of `listen` means and what to do, in a line that names the setting; the error itself when that is not known. */
export function explainListening(error: unknown, { port, host, variable }: WantedPlace): unknown {
  const place = `Port ${port} on ${host}`;
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new Error(`${place} is taken. Stop what uses it, or set ${variable} to another one.`, { cause: error });
    case 'EACCES':
      return new Error(`${place} is not open to this user. Set ${variable} to one from 1024 on.`, { cause: error });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Error(`${place} cannot be had: ${host} is no address of this machine.`, { cause: error });
    case undefined:
    default:
      return error;
  }
}

/**
 * Whether browsers, and `fetch` in Node.js, refuse to call a port, whatever listens there: the ports of other protocols that the Fetch standard
 * blocks (https://fetch.spec.whatwg.org/#port-blocking), such as 4190 or 6000. Node.js keeps the list; it is asked, and calls nobody.
 */
export async function isBlockedPort(port: number): Promise<boolean> {
  let isCalled = false;
  // Node.js takes a dispatcher beside what the standard knows: it stands in for the network.
  const options: object = {
    dispatcher: {
      dispatch() {
        isCalled = true;
        throw new Error('Nobody is called.');
      },
    },
  };
  await fetch(`http://127.0.0.1:${port}/`, options).catch(() => {});
  return !isCalled;
}
