import { appendFileSync, createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import path from 'node:path';

/** Where the processes of a test run leave what they write. Absent: nobody looks. */
const folder = process.env['TEST_LOG_FOLDER'];
/** Its file of words that must stand in no log, a JSON string a line. */
export const wordsFile = 'told.jsonl';
/** The last line in the log of a process that ended before it was ready, which its test was told of. */
export const endedBeforeReady = '"ended before it was ready"\n';
/** Shorter words stand in a log by chance. */
const minLength = 8;

/** A file for what one process writes. */
export function openRunLog(entry: string, pid: number): WriteStream | undefined {
  if (folder === undefined) return undefined;
  return createWriteStream(path.join(folder, `${entry.replaceAll(/\W+/g, '-')}-${pid}.log`));
}

/** Remembers what must not stand in any log: the messages, reasons and addresses that tests tell the system. */
export function rememberTold(words: readonly unknown[]): void {
  if (folder === undefined) return;
  const told = words.filter((word) => typeof word === 'string' && word.trim().length >= minLength);
  if (told.length > 0) appendFileSync(path.join(folder, wordsFile), told.map((word) => `${JSON.stringify(word)}\n`).join(''));
}
