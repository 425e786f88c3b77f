import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<Readonly<Record<string, string>>>();

/** Adds fields to every log line that is written during `work`, in all its asynchronous calls. Ids only. */
export function withLogContext<T>(fields: Readonly<Record<string, string>>, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...fields }, work);
}

/** The fields of the current work: a copy each time, because the logger writes into it. */
export function logContext(): Record<string, string> {
  return { ...storage.getStore() };
}
