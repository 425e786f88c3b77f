import { readFileSync, statSync } from 'node:fs';
import { errorCode } from './error-code.ts';

const maxBytes = 65_536;

/**
 * Reads a secret from a file, without trailing line ends.
 * @returns the value, or a problem that names the setting and never the content.
 */
export function readSecretFile(key: string, file: string): { value: string } | { problem: string } {
  const place = `${key} is ${JSON.stringify(file)}`;
  try {
    const { size } = statSync(file);
    if (size > maxBytes) return { problem: `${place}: the file is larger than ${maxBytes} bytes, which is no secret` };
    const value = readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
    return value === '' ? { problem: `${place}: the file is empty` } : { value };
  } catch (error) {
    return { problem: `${place}: the file cannot be read (${errorCode(error) ?? 'unknown error'})` };
  }
}
