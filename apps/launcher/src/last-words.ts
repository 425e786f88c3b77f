import { open } from 'node:fs/promises';

/** How much of the end of a log is searched for the reason, in bytes. */
const tailBytes = 65_536;

/** Reads what was written to a log after `from` (bytes), at most the last 64 KiB of it. */
export async function readTail(file: string, from: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const start = Math.max(from, size - tailBytes);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(Math.max(size - start, 0)), position: start });
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
}

/**
 * Why a process ended, from its log: the last fatal line, else the error that node printed, else its last plain lines.
 * @returns one line; undefined when the log does not tell.
 */
export function findLastWords(log: string): string | undefined {
  const plain: string[] = [];
  let fatal: string | undefined;
  for (const line of log.split('\n')) {
    if (line.trim() === '') continue;
    const entry = parseEntry(line);
    if (entry === undefined) plain.push(line.trim());
    else if (entry.level === 'fatal') fatal = entry.msg;
  }
  const words = fatal ?? plain.find((line) => /^(Uncaught )?\w*Error\b/.test(line)) ?? plain.slice(-3).join('; ');
  return words === '' ? undefined : words.replaceAll(/\s*\n\s*/g, '; ');
}

function parseEntry(line: string): { level: unknown; msg: string } | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('level' in entry)) return undefined;
    return { level: entry.level, msg: 'msg' in entry ? String(entry.msg) : '' };
  } catch {
    return undefined;
  }
}
