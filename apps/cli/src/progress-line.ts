import type { WriteStream } from 'node:tty';
import { setImmediate as turn } from 'node:timers/promises';

export interface ProgressLine {
  show: (step: string, done: number, total: number, what: string) => Promise<void>;
  /** Leaves the last report standing. Repeating it is harmless. */
  end: () => void;
}

const reports = 10;

/** Says how far work is: in one line that changes on a terminal, in ten lines per step elsewhere. */
export function createProgressLine(stream: Pick<WriteStream, 'write' | 'isTTY'>): ProgressLine {
  let reported = '';
  let open = false;
  return {
    async show(step, done, total, what) {
      const text = `${step} ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ${what}`;
      if (stream.isTTY) {
        stream.write(`\r\u001B[K${text}`);
        open = true;
      } else {
        const tenth = `${step} ${total === 0 ? reports : Math.floor((done / total) * reports)}`;
        if (tenth !== reported) stream.write(`${text}\n`);
        reported = tenth;
      }
      // Ctrl-C is heard between two reports.
      await turn();
    },
    end() {
      if (open) stream.write('\n');
      open = false;
    },
  };
}
