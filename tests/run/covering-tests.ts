import { readFileSync } from 'node:fs';
import path from 'node:path';
import { quickTests } from './quick-tests.ts';

const root = path.resolve(import.meta.dirname, '../..');
const callsDomain = /^import \{[^}]*\} from '@mood\/domain/m;

/**
 * The quick tests that run the rules of the domain: its own, and those that name it. Only they are measured for coverage, because that makes
 * whatever runs take three times as long.
 * @returns paths in the project.
 */
export function coveringTests(): string[] {
  return quickTests().filter((file) => file.startsWith('libs/domain/') || callsDomain.test(readFileSync(path.join(root, file), 'utf8')));
}
