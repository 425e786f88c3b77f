/**
 * Milliseconds after which a pool closes a connection that nobody has used: longer than from one round to the next of all that a process does but
 * cleaning up. A new one costs the server a process, a check of the password, and the plans of all its statements.
 */
export const idleConnectionMs = 300_000;

/** A connection that is silent for five seconds asks whether the server is still there: networks forget connections that say nothing. */
export const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 5_000 } as const;

/** Errors with which a connection could not be made. */
const refusals = new WeakSet();

/**
 * Whether a connection ended with this error before it was ready. The server then says FATAL, in the language of its `lc_messages`; the driver
 * keeps that word alone, and drops the field that is never translated (`V`).
 */
export const isRefusedConnection = (error: object): boolean => refusals.has(error);

interface Connecting {
  connect(callback: (error: unknown, ...more: unknown[]) => void): unknown;
  on(event: 'error', listener: () => void): unknown;
}

/**
 * @param Client that of the driver.
 * @returns the same, as pools take it (`Client`): it remembers the errors that keep it from connecting, and a connection that the server ends
 *   while it is lent, between two statements, does not end the process: the next statement fails.
 */
export function pooledClient<Client extends abstract new (...options: never[]) => object>(Client: Client): Client {
  return new Proxy(Client, {
    construct(target, options, newTarget): object {
      const client: Connecting = Reflect.construct(target, options, newTarget);
      // The pool listens only while nobody has the connection.
      client.on('error', () => {});
      const connect = client.connect.bind(client);
      // The pool of the driver always gives a callback.
      client.connect = (callback) =>
        connect((error, ...more) => {
          if (typeof error === 'object' && error !== null) refusals.add(error);
          callback(error, ...more);
        });
      return client;
    },
  });
}
