import { z } from 'zod';

/** One configuration key: the environment variable it is read from, what it means, its shape and its default. */
export interface Setting<S extends z.ZodType = z.ZodType> {
  env: string;
  doc: string;
  schema: S;
  /** As it would be typed into the environment. Absent: the key is required unless the schema is optional. */
  default?: string;
  /** The value must not be printed. */
  secret?: boolean;
}

type Settings = Record<string, Setting>;
export type SettingValues<T extends Settings> = { readonly [K in keyof T]: z.output<T[K]['schema']> };

/** A configuration that cannot be used. The message has one line per bad key and says what to do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

export function setting<S extends z.ZodType>(definition: Setting<S>): Setting<S> {
  return definition;
}

/**
 * Reads and checks a set of settings. An empty variable counts as absent.
 * @throws SettingsError naming every bad key, what is wrong with it, and what the key is for.
 */
export function readSettings<T extends Settings>(settings: T, env: Readonly<Record<string, string | undefined>>): SettingValues<T> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, definition] of Object.entries(settings)) {
    const raw = env[definition.env] === '' ? undefined : env[definition.env];
    const result = definition.schema.safeParse(raw ?? definition.default);
    if (result.success) {
      values[name] = result.data;
      continue;
    }
    const shown = raw === undefined ? 'is not set' : definition.secret ? 'is not usable' : `is ${JSON.stringify(raw)}`;
    const wrong = result.error.issues.map((issue) => issue.message).join('; ');
    problems.push(`${definition.env} ${shown}: ${wrong}. It is: ${definition.doc}`);
  }
  if (problems.length > 0) throw new SettingsError(problems.join('\n'));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value was just parsed by the schema of its key
  return values as SettingValues<T>;
}

/** Schemas for values that arrive as environment strings. */
export const envPort = z.coerce.number('expected a port number').int().min(0).max(65_535);
export const envCount = z.coerce.number('expected a whole number').int().min(1);
export const envMilliseconds = z.coerce.number('expected milliseconds').int().min(0);
export const envSeconds = z.coerce.number('expected seconds').int().min(0);
export const envUrl = z
  .url({ protocol: /^https?$/, error: 'expected an http:// or https:// URL' })
  .transform((url) => url.replace(/\/+$/, ''));
export const envFlag = z.enum(['true', 'false'], 'expected true or false').transform((value) => value === 'true');

/** For a process's entry: reads the settings from the environment, or says what is wrong with them and ends the process with code 1. */
export function exitOnBadSettings<T extends Settings>(settings: T): SettingValues<T> {
  try {
    return readSettings(settings, process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
