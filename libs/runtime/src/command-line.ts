import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import type { Setting } from './settings.ts';
import { describeError } from './describe-error.ts';

/** Exit codes of every process and command: 0 it worked, 1 it could not be done, 2 it was not understood. */
export const exitCodes = { done: 0, failed: 1, notUnderstood: 2 } as const;

/** The parser's message, cut to its first sentence: its advice on positional arguments does not apply here. */
export function problemWithArguments(error: unknown): string {
  return describeError(error)
    .replace(/\. (To specify a positional|This command does not take).*$/s, '.')
    .replace(/([^.])$/, '$1.');
}

/** Lists settings for a help text, with their defaults. */
export function describeSettings(settings: Readonly<Record<string, Setting>>): string {
  return Object.values(settings)
    .map(({ env, doc, default: byDefault, schema }) => {
      const shown = byDefault !== undefined ? ` (default ${byDefault})` : schema.safeParse(undefined).success ? '' : ' (required)';
      return `  ${env.padEnd(32)} ${doc}${shown}`;
    })
    .join('\n');
}

/**
 * For entry files: reads the command line. `--help` prints the help and exits with 0; an unknown argument exits with 2 and a line that
 * names it.
 * @returns the arguments that are no options.
 */
export function readCommandLine(help: string, config: ParseArgsConfig): { positionals: string[] } {
  const options: ParseArgsConfig['options'] = { ...config.options, help: { type: 'boolean', short: 'h' } };
  try {
    const { values, positionals } = parseArgs({ ...config, options });
    if (values['help'] === true) {
      process.stdout.write(`${help}\n`);
      process.exit(exitCodes.done);
    }
    return { positionals };
  } catch (error) {
    process.stderr.write(`${problemWithArguments(error)} --help says what there is.\n`);
    process.exit(exitCodes.notUnderstood);
  }
}
