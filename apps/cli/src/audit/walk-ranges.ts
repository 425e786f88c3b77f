import { parentPort, workerData } from 'node:worker_threads';
import { verifyRange } from '@mood/db';
import type { LogRange } from '@mood/db';
import { DependencyUnavailable } from '@mood/domain';
import { describeError } from '@mood/runtime';
import { openDatabase } from '../open-database.ts';
import type { WalkerMessage } from './range-walkers.ts';

// A thread that walks through parts of the audit log, one at a time, on a connection of its own.
const { databaseUrl, connectTimeoutMs } = workerData;
const database = openDatabase(databaseUrl, connectTimeoutMs);
const say = (message: WalkerMessage) => parentPort?.postMessage(message, []);

parentPort?.on('message', (range: LogRange) => {
  verifyRange(database, range, { onRows: (rows) => say({ rows }) }).then(
    (findings) => say({ findings }),
    (error: unknown) => say({ failure: describeError(error), isAway: error instanceof DependencyUnavailable }),
  );
});
