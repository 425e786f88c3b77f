import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { z } from 'zod';
import { serializeError } from './serialize-error.ts';
import { logContext } from './log-context.ts';
import { redact } from './redact.ts';
import { setting } from './settings.ts';

export type Logger = PinoLogger;

export const loggerSettings = {
  logLevel: setting({
    env: 'LOG_LEVEL',
    doc: 'the least severe log lines to write: trace, debug, info, warn, error, fatal or silent',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'expected a log level'),
    default: 'info',
  }),
};

const flushEveryMs = 100;

/**
 * JSON lines on standard output (or `destination`), each with the ids of the work it is about (`withLogContext`).
 * Callers log ids and outcomes: never tokens, messages, names or IP addresses. Tokens and the credentials of URLs are taken out of
 * whatever is written.
 */
export function createLogger(options: { name: string; level: string }, destination?: DestinationStream): Logger {
  const settings = {
    name: options.name,
    level: options.level,
    base: { pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    mixin: logContext,
    serializers: { err: (error: unknown) => serializeError(error) },
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: { streamWrite: redact },
  };
  return pino(settings, destination ?? standardOutput());
}

/** Buffer for lines that cannot be written yet, in characters; lines beyond it are dropped. */
const maxWaiting = 8_388_608;

/** Lines are written in batches: one write per line would cost a request as much as its answer. `logger.flush` writes the rest at exit. */
function standardOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, minLength: 8_192, maxLength: maxWaiting, sync: false });
  // When standard output cannot be written (full disk, closed pipe) the process goes on. It skips the final flush, which would otherwise
  // retry for ever.
  let isWritable = true;
  output.on('error', () => (isWritable = false));
  output.on('drain', () => (isWritable = true));
  const writeRest = output.flushSync.bind(output);
  output.flushSync = () => {
    if (isWritable) writeRest();
  };
  setInterval(() => output.flush(), flushEveryMs).unref();
  return output;
}
