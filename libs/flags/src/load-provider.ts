import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { SettingsError } from '@mood/runtime';
import type { Provider } from '@openfeature/server-sdk';

const isProvider = (made: unknown): made is Provider =>
  typeof made === 'object' && made !== null && 'metadata' in made && 'resolveBooleanEvaluation' in made;

/**
 * The provider of a module: its default export, or what that makes.
 * @param name a package, or a path that begins with `.` (from the working directory) or `/`.
 * @throws SettingsError when there is no such module, or it has no provider.
 */
export async function loadProvider(name: string): Promise<Provider> {
  const place = /^[./]/.test(name) ? pathToFileURL(path.resolve(name)).href : name;
  try {
    const { default: exported }: { default?: unknown } = await import(place);
    const made: unknown = typeof exported === 'function' ? await exported() : exported;
    if (isProvider(made)) return made;
  } catch (error) {
    throw new SettingsError(`FLAGS_PROVIDER is "${name}": the module cannot be loaded (${String(error)})`);
  }
  throw new SettingsError(`FLAGS_PROVIDER is "${name}": its default export is no OpenFeature provider, and makes none`);
}
