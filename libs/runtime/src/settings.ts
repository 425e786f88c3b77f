import { z } from 'zod';
import { redact } from './redact.ts';
import { readSecretFile } from './secret-file.ts';

/** A setting: its environment variable, description, schema and default. */
export interface Setting<S extends z.ZodType = z.ZodType> {
  env: string;
  doc: string;
  schema: S;
  /** As in the environment. Absent: the setting is required, unless its schema is optional. */
  default?: string;
  /** The value is never printed, and can be read from a file that `<env>_FILE` names. */
  secret?: boolean;
  /** Another variable that is required together with this one. */
  needs?: string;
  /** Checks the strength of a secret in production mode, where a value was given. */
  weakness?(value: z.output<S>): string | undefined;
}

type Settings = Record<string, Setting>;
type Environment = Readonly<Record<string, string | undefined>>;
export type SettingValues<T extends Settings> = { readonly [K in keyof T]: z.output<T[K]['schema']> };

/** The configuration is invalid. The message has one line per setting, and says what to do. */
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
export function readSettings<T extends Settings>(settings: T, env: Environment): SettingValues<T> {
  const values: Record<string, unknown> = {};
  const given = new Set<string>();
  const problems: string[] = [];
  for (const [name, definition] of Object.entries(settings)) {
    const found = find(definition, env);
    if (found.problem !== undefined) {
      problems.push(found.problem);
      continue;
    }
    const raw = found.value;
    if (raw !== undefined) given.add(definition.env);
    const result = definition.schema.safeParse(raw ?? definition.default);
    if (result.success) values[name] = result.data;
    else problems.push(refusal(definition, raw, result.error));
  }
  for (const [name, definition] of Object.entries(settings)) {
    if (!given.has(definition.env)) continue;
    if (definition.needs !== undefined && !given.has(definition.needs)) {
      problems.push(`${definition.needs} is not set: ${definition.env} needs it`);
    }
    const weakness = values['mode'] === 'production' && name in values ? definition.weakness?.(values[name]) : undefined;
    if (weakness !== undefined) problems.push(`${definition.env} is too weak: ${weakness}. It is: ${definition.doc}`);
  }
  if (problems.length > 0) throw new SettingsError(problems.join('\n'));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value was just parsed by the schema of its key
  return values as SettingValues<T>;
}

function find({ env: key, secret = false }: Setting, env: Environment): { value?: string | undefined; problem?: string } {
  const value = env[key] === '' ? undefined : env[key];
  const fileKey = `${key}_FILE`;
  const file = secret ? env[fileKey] : undefined;
  if (file === undefined || file === '') return { value };
  if (value !== undefined) return { problem: `${key} and ${fileKey} are both set: keep one of them` };
  return readSecretFile(fileKey, file);
}

function refusal(definition: Setting, raw: string | undefined, error: z.ZodError): string {
  const shown = raw === undefined ? 'is not set' : definition.secret ? 'is not usable' : `is ${redact(JSON.stringify(raw))}`;
  // Of a list each item that is wrong is an issue of its own, in the same words.
  const wrong = [...new Set(error.issues.map((issue) => issue.message))].join('; ');
  const cure = raw === undefined || definition.default === undefined ? '' : `. Leave it out for ${definition.default}`;
  return `${definition.env} ${shown}: ${wrong}. It is: ${definition.doc}${cure}`;
}

/** Schemas for values that arrive as environment strings. */
export function envWholeNumber(what: string, least: number, most: number) {
  const wrong = `expected ${what} from ${least} to ${most}`;
  return z
    .string(wrong)
    .regex(/^\d{1,15}$/, wrong)
    .transform(Number)
    .pipe(z.number().min(least, wrong).max(most, wrong));
}
/** The longest delay of a Node.js timer, in milliseconds: 24 days. */
const longestTimer = 2_147_483_647;
export const envPort = envWholeNumber('a port number', 0, 65_535);
export const envCount = envWholeNumber('a whole number', 1, 10_000);
export const envMilliseconds = envWholeNumber('milliseconds, a whole number', 0, longestTimer);
export const envSeconds = envWholeNumber('seconds, a whole number', 0, Math.floor(longestTimer / 1_000));
export const envUrl = z
  .url({ protocol: /^https?$/, error: 'expected an http:// or https:// URL' })
  .transform((url) => url.replace(/\/+$/, ''));
export const envFlag = z.enum(['true', 'false'], 'expected true or false').transform((value) => value === 'true');

/** For entry files: runs `read`; on a SettingsError prints it and exits with code 1. */
export function exitOnSettingsError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return exitOn(error);
  }
}

/** As `exitOnSettingsError`, for what takes time to read. */
export async function exitOnLateSettingsError<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    return exitOn(error);
  }
}

function exitOn(error: unknown): never {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exit(1);
}

/** As `exitOnSettingsError`, for settings from the environment. */
export function exitOnBadSettings<T extends Settings>(settings: T): SettingValues<T> {
  return exitOnSettingsError(() => readSettings(settings, process.env));
}
