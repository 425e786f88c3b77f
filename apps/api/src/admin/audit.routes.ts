import { exportAuditLog, readAuditLog } from '@mood/domain';
import type { AuditLog } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { AppDependencies } from '../app-dependencies.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { streamPieces } from '../http/export-turns.ts';
import type { ExportTurns } from '../http/export-turns.ts';
import { narrowable } from '../http/narrowable.ts';
import { oneAtATime } from '../http/one-at-a-time.ts';
import { chooseReadStores } from '../http/read-sources.ts';
import { toCsv, toNdjson } from './audit-export.ts';
import {
  auditors,
  exportAuditLogRoute,
  readAuditChainRoute,
  readAuditLogRoute,
  toAuditReading,
  toChainBody,
  toEntryBody,
} from './audit.contract.ts';

const formats = {
  csv: { type: 'text/csv; charset=utf-8', write: toCsv },
  ndjson: { type: 'application/x-ndjson; charset=utf-8', write: toNdjson },
} as const;

/** What a caller is told to wait while another chain is computed, in milliseconds. Most take less. */
const chainWaitMs = 1_000;

/** How administrators read the audit log (contract: "Audit Trail", "Audit log viewer"). */
export function createAuditRoutes(deps: AppDependencies, allow: Guard, inTurns: ExportTurns) {
  const readers = allow({ intent: 'read', ...auditors });
  // Each takes a connection for as long as the chain is: many at once would leave none for anybody else.
  const oneChain = oneAtATime('The chain of a model is being computed already.', chainWaitMs);

  /** A page is read from a replica where there is one; that it was read is recorded in the primary. */
  const logOf = (c: Context<AuthEnv>): { auditLog: Pick<AuditLog, 'page' | 'recordAccess'> } => {
    const { auditLog } = chooseReadStores(deps, c);
    return { auditLog: { page: (...asked) => auditLog.page(...asked), recordAccess: (access) => deps.auditLog.recordAccess(access) } };
  };

  return new OpenAPIHono<AuthEnv>()
    .openapi({ ...readAuditLogRoute, middleware: [readers, narrowable] as const }, async (c) => {
      const { limit, cursor = null, ...query } = c.req.valid('query');
      const page = await readAuditLog(logOf(c), c.get('principal'), toAuditReading(query), { limit, cursor });
      return c.json({ entries: page.entries.map(toEntryBody), nextCursor: page.nextCursor }, 200);
    })
    .openapi({ ...readAuditChainRoute, middleware: [readers] as const }, async (c) => {
      const { modelId = null } = c.req.valid('query');
      const chain = await (modelId === null ? deps.auditLog.chain(null) : oneChain.run(() => deps.auditLog.chain(modelId)));
      return c.json(toChainBody(chain), 200);
    })
    .openapi({ ...exportAuditLogRoute, middleware: [readers, narrowable] as const }, async (c) => {
      const { format, ...query } = c.req.valid('query');
      const batches = exportAuditLog(logOf(c), c.get('principal'), toAuditReading(query));
      const { type, write } = formats[format];
      const day = deps.clock().toISOString().slice(0, 10);
      return streamPieces(inTurns(write(batches)), {
        'Content-Type': type,
        'Content-Disposition': `attachment; filename="mood-audit-${day}.${format}"`,
      });
    });
}
