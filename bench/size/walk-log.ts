import { connectDatabase, verifyAuditLog } from '@mood/db';
import { createLogger } from '@mood/runtime';

/**
 * Walks the audit log as `npm run audit:verify` does, in a process of its own: told `{seconds}`, for so long, again from the beginning when it
 * is through. Answers with how many rows it verified, and in how many seconds.
 */
interface Order {
  seconds: number;
}

const database = connectDatabase({
  databaseUrl: process.env['DATABASE_URL'] ?? '',
  poolMax: 2,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 0,
  applicationName: 'mood-bench-walk',
  logger: createLogger({ name: 'bench', level: 'silent' }),
});

async function walk({ seconds }: Order): Promise<{ rows: number; seconds: number }> {
  const began = performance.now();
  const signal = AbortSignal.timeout(seconds * 1_000);
  let before = 0;
  let rows = 0;
  try {
    while (!signal.aborted) {
      const found = await verifyAuditLog(database, {
        signal,
        progress: (done) => {
          rows = before + done;
        },
      });
      if (found.first !== null) throw new Error(`the log is not as it was written: ${JSON.stringify(found.first)}`);
      before += found.rows;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return { rows: Math.max(rows, before), seconds: (performance.now() - began) / 1_000 };
}

process.on('message', (order: Order) => {
  void walk(order).then((result) => process.send?.(result));
});
process.on('SIGTERM', () => void database.close().then(() => process.exit(0)));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
