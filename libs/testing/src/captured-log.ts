import { createLogger } from '@mood/runtime';
import type { Logger } from '@mood/runtime';

export interface LogLine {
  level: string;
  msg: string;
  [field: string]: unknown;
}

/** A real logger, and what it wrote. */
export function createCapturedLog(): { logger: Logger; lines: LogLine[]; text: () => string } {
  const written: string[] = [];
  const lines: LogLine[] = [];
  const logger = createLogger(
    { name: 'test', level: 'trace' },
    {
      write(line) {
        written.push(line);
        lines.push(JSON.parse(line));
      },
    },
  );
  return { logger, lines, text: () => written.join('') };
}
