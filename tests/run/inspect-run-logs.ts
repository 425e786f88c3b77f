import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { endedBeforeReady, wordsFile } from '@mood/testing/run-logs';
import { displayName } from '../../apps/sandbox/src/platform/display-names.ts';
import { createWordFinder } from './find-words.ts';

export interface LogFinding {
  file: string;
  what: string;
  line: string;
}

/** Everybody whom the sandbox can name. */
const names = Array.from({ length: 2_500 }, (_, n) => displayName(n));
/** What a process writes when something went wrong that nobody had thought of. */
const unexpected = /"level":"fatal"|"msg":"unhandled rejection"|^(?:Uncaught |node:internal\/|FATAL ERROR)|MaxListenersExceededWarning/;
const token = /\beyJ[\w-]{10,}\.[\w-]{10,}|Bearer +[\w-]{16,}/;

/**
 * Looks through a run's logs for tokens, names, and what tests told the system; and for fatal errors, unless the process ended before it was
 * ready, which its test was told of.
 */
export function inspectRunLogs(logFolder: string): { files: number; lines: number; findings: LogFinding[] } {
  const files = readdirSync(logFolder);
  const told = new Set<string>(files.includes(wordsFile) ? readLines(path.join(logFolder, wordsFile)).map((line) => JSON.parse(line)) : []);
  const findWords = createWordFinder([...told, ...names]);
  const logs = files.filter((file) => file.endsWith('.log'));
  const findings: LogFinding[] = [];
  let count = 0;
  for (const file of logs) {
    const lines = readLines(path.join(logFolder, file));
    count += lines.length;
    const mayBeFatal = lines.at(-1) === endedBeforeReady.trim();
    const found = findWords(lines.join('\n'));
    for (const line of lines) {
      const what = token.test(line)
        ? 'a token'
        : unexpected.test(line) && !mayBeFatal
          ? 'an unexpected error'
          : found.find((word) => line.includes(word) || line.includes(JSON.stringify(word).slice(1, -1)));
      if (what !== undefined) findings.push({ file, what, line: line.slice(0, 300) });
    }
  }
  return { files: logs.length, lines: count, findings };
}

const readLines = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
