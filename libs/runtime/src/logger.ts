import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { z } from 'zod';
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

const maxCauses = 3;

/**
 * What a log keeps of an error: never its other properties. A database error can carry its whole connection, password included.
 */
function describeError(error: unknown, causes = 0): unknown {
  if (!(error instanceof Error)) return error;
  return {
    type: error.name,
    message: error.message,
    ...('code' in error && { code: String(error.code) }),
    stack: error.stack,
    ...(error.cause !== undefined && causes < maxCauses && { cause: describeError(error.cause, causes + 1) }),
  };
}

/** JSON lines on standard output (or `destination`). Callers log ids and outcomes: never tokens, messages, names or IP addresses. */
export function createLogger(options: { name: string; level: string }, destination?: DestinationStream): Logger {
  const settings = {
    name: options.name,
    level: options.level,
    base: { pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    serializers: { err: (error: unknown) => describeError(error) },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination === undefined ? pino(settings) : pino(settings, destination);
}
