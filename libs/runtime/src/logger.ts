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

/** What waits for a full disk to have room, in characters; lines beyond that are lost. */
const maxWaiting = 8_388_608;

/** Lines are written many at a time: one write each would cost a request as much as its answer. What ends the process writes the rest. */
function standardOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, minLength: 8_192, maxLength: maxWaiting, sync: false });
  // A log that cannot be written is no reason to stop: there is no room on its disk, or nobody reads it. Nor is it one not to end: what is
  // left would be tried for ever then.
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
