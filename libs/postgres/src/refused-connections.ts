/** Errors with which a connection could not be made. */
const refusals = new WeakSet();

/**
 * Whether a connection ended with this error before it was ready. The server then says FATAL, in the language of its `lc_messages`; the driver
 * keeps that word alone, and drops the field that is never translated (`V`).
 */
export const isRefusedConnection = (error: object): boolean => refusals.has(error);

interface Connecting {
  connect(callback: (error: unknown, ...more: unknown[]) => void): unknown;
}

/** @param Client that of the driver. @returns the same, which remembers the errors that keep it from connecting. Pools take it as `Client`. */
export function rememberingRefusals<Client extends abstract new (...options: never[]) => object>(Client: Client): Client {
  return new Proxy(Client, {
    construct(target, options, newTarget): object {
      const client: Connecting = Reflect.construct(target, options, newTarget);
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
