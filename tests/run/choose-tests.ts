import { execFile } from 'node:child_process';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');

/** The tests that run other programs than Node.js and the embedded PostgreSQL, by their path in the project. */
export const usesTools = /^(tests|apps|libs\/(cache|client|queue|redis))\//;

/**
 * Jest overlooks an unknown option that begins with "no-", has a hyphen in its name, or brings its value behind "=": it is asked for the
 * name alone, and the value after it.
 */
function asJestChecks(argument: string): string[] {
  const [, name, value] = /^--(?:no-)?([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
  if (name === undefined) return [argument];
  const option = `--${name.replaceAll(/-([a-z])/g, (_hyphen, letter: string) => letter.toUpperCase())}`;
  return value === undefined ? [option] : [option, value];
}

/**
 * Asks jest which test files the arguments choose.
 * @returns their paths in the project. Ends the process with 2 and a line that names it when there is an option that jest does not know.
 */
export async function chooseTests(given: readonly string[]): Promise<string[]> {
  const jest = ['--experimental-vm-modules', '--no-warnings', path.join(root, 'node_modules/jest/bin/jest.js')];
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [...jest, '--listTests', ...given.flatMap(asJestChecks)],
      { cwd: root, maxBuffer: 2 ** 24 },
      (_error, stdout, stderr) => resolve({ stdout, stderr }),
    );
  });
  const unknown = /Unrecognized option "([^"]+)"|Following options were not recognized:\s*(\[[^\]]*\])/.exec(
    stripVTControlCharacters(stderr),
  );
  if (unknown !== null) {
    console.error(`Unknown option ${unknown[1] === undefined ? unknown[2] : `--${unknown[1]}`}. --help says what there is.`);
    process.exit(2);
  }
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((file) => path.relative(root, file));
}
