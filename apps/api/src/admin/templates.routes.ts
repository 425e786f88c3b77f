import { templateImportQuerySchema } from '@mood/contract/template-file';
import {
  createTimeSlices,
  DomainError,
  importTemplates,
  previewTemplate,
  reachOfDraft,
  readCoverage,
  rollBackTemplate,
  saveTemplate,
  templateNotFound,
} from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app-dependencies.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { streamPieces } from '../http/export-turns.ts';
import type { ExportTurns } from '../http/export-turns.ts';
import { readBody, readBounded, requireJson } from '../http/fast/json-body.ts';
import { boundRefusals } from '../http/refused-writes.ts';
import { whileClientWaits } from '../http/long-work.ts';
import { narrowable } from '../http/narrowable.ts';
import { oneAtATime } from '../http/one-at-a-time.ts';
import { createUploadRoom } from '../http/upload-room.ts';
import { toTemplateValues } from '../templates/templates.contract.ts';
import { readCoverageRoute } from './template-coverage.contract.ts';
import { reachOfTemplateRoute, toReachBody } from './template-reach.contract.ts';
import { toTemplateJson } from './template-export.ts';
import { readTemplateFile } from './read-template-file.ts';
import { exportTemplatesRoute, importTemplatesRoute, maxImportBytes, toImportBody } from './template-transfer.contract.ts';
import { readUsageRoute, toDays, toUsageBody } from './template-usage.contract.ts';
import { compareVersionsRoute, listVersionsRoute, rollBackRoute, toDifferenceBody, toVersionBody } from './template-versions.contract.ts';
import {
  listTemplatesRoute,
  previewTemplateRoute,
  readTemplateRoute,
  saveTemplateRoute,
  templateAdministrators,
  templateEditors,
  toFilter,
  toTemplateBody,
} from './templates.contract.ts';
import { differenceOf } from './version-difference.ts';

/** `Retry-After` for an import that is refused because another one runs, in milliseconds: 10,000 templates take a few seconds, up to half a minute where each is hard to check. */
const importWaitMs = 5_000;

/** How administrators manage templates (contract: "Admin API Endpoints", "Configuration Management"). */
export function createTemplateAdminRoutes(deps: AppDependencies, allow: Guard, inTurns: ExportTurns) {
  const readers = allow({ intent: 'read', ...templateAdministrators });
  const writers = allow({ intent: 'write', ...templateEditors });
  const fewRefusals = boundRefusals(deps.limits.refusedWrites);

  const oneImport = oneAtATime('Another import is under way.', importWaitMs);
  const withUpload = createUploadRoom(2 * maxImportBytes, importWaitMs);

  const routes = new OpenAPIHono<AuthEnv>()
    .openapi({ ...listTemplatesRoute, middleware: [readers, narrowable] as const }, async (c) => {
      const query = c.req.valid('query');
      const page = { limit: query.limit, offset: query.offset };
      if (query.cursor !== undefined && page.offset > 0) throw new DomainError('INVALID_REQUEST', 'offset: give it or a cursor, not both.');
      const { templates, total, nextCursor } = await deps.templateStore.list(toFilter(query), { ...page, cursor: query.cursor ?? null });
      const giveWay = createTimeSlices();
      const bodies: ReturnType<typeof toTemplateBody>[] = [];
      for (const template of templates) {
        bodies.push(toTemplateBody(template));
        await giveWay();
      }
      return c.json({ templates: bodies, total, more: nextCursor !== null, nextCursor, ...page }, 200);
    })
    .openapi({ ...readCoverageRoute, middleware: [readers] as const }, async (c) => c.json({ cells: await readCoverage(deps) }, 200))
    .openapi({ ...reachOfTemplateRoute, middleware: [readers, readBody, fewRefusals] as const }, async (c) => {
      const { id = null, ...draft } = c.req.valid('json');
      return c.json(toReachBody(await reachOfDraft(deps, draft, id)), 200);
    })
    .openapi({ ...saveTemplateRoute, middleware: [writers, readBody, fewRefusals] as const }, async (c) => {
      const { id, version = null, reason = null, ...draft } = c.req.valid('json');
      if (id === undefined && version !== null)
        throw new DomainError('INVALID_REQUEST', 'version: belongs to an update. Give the id, too.');
      const change = { changedBy: c.get('principal').subject, reason };
      const saved = await saveTemplate(deps, change, draft, id === undefined ? null : { id, version });
      return c.json(toTemplateBody(saved), 200);
    })
    .openapi({ ...previewTemplateRoute, middleware: [readers, readBody, fewRefusals] as const }, (c) => {
      const { userTier, variables, locale, timeZone, ...draft } = c.req.valid('json');
      const tier = userTier === 'none' ? null : userTier;
      const preview = previewTemplate(deps, { ...draft, tier, locale, timeZone, variables: toTemplateValues(variables) });
      if (preview.warnings.some(({ severity }) => severity === 'error')) c.set('refusedContent', true);
      return c.json(preview, 200);
    })
    // The answer is streamed, so the route has no object for the library to type.
    .openapi(
      { ...exportTemplatesRoute, responses: { 200: { description: 'The file.' } }, hide: true, middleware: [readers] as const },
      async () => {
        const now = deps.clock();
        return streamPieces(inTurns(toTemplateJson(deps.templateStore.batches(), now)), {
          'Content-Type': 'application/json',
          'Content-Disposition': `attachment; filename="mood-templates-${now.toISOString().slice(0, 10)}.json"`,
        });
      },
    )
    // By itself the library would read, parse and check the whole body in one go.
    .openapi(
      {
        ...importTemplatesRoute,
        request: { query: templateImportQuerySchema },
        hide: true,
        middleware: [writers, fewRefusals, oneImport.early] as const,
      },
      async (c) => {
        const dryRun = c.req.valid('query').dryRun === 'true';
        requireJson(c);
        const change = { changedBy: c.get('principal').subject, reason: 'import' };
        const { signal } = c.req.raw;
        // Nobody would read the result, and it would delay other imports.
        const progress = () => {
          if (signal.aborted) throw new DomainError('INVALID_REQUEST', 'The import was given up, because its sender went away.');
        };
        // The turn begins once the whole body has arrived: a slow upload does not hold up other imports.
        const imported = await withUpload(readBounded(c, maxImportBytes), (blocks) =>
          oneImport.run(() =>
            whileClientWaits(c, async () => importTemplates(deps, change, await readTemplateFile(blocks), { dryRun, progress })),
          ),
        );
        return c.json(toImportBody(imported, dryRun), 200);
      },
    )
    .openapi({ ...readTemplateRoute, middleware: [readers] as const }, async (c) => {
      const { id } = c.req.valid('param');
      return c.json(toTemplateBody((await deps.templateStore.find(id)) ?? refuseUnknown(id)), 200);
    })
    .openapi({ ...listVersionsRoute, middleware: [readers] as const }, async (c) => {
      const { id } = c.req.valid('param');
      const page = c.req.valid('query');
      const { versions, total } = (await deps.templateStore.versions(id, page)) ?? refuseUnknown(id);
      return c.json({ versions: versions.map(toVersionBody), total, ...page }, 200);
    })
    .openapi({ ...compareVersionsRoute, middleware: [readers] as const }, async (c) => {
      const { id } = c.req.valid('param');
      const read = async (version: number) => (await deps.templateStore.findVersion(id, version)) ?? refuseUnknown(id, version);
      const { from, to } = c.req.valid('query');
      const [before, after] = await Promise.all([read(from), read(to)]);
      return c.json(toDifferenceBody(before, after, differenceOf(before, after)), 200);
    })
    .openapi({ ...rollBackRoute, middleware: [writers, readBody, fewRefusals] as const }, async (c) => {
      const { version, reason } = c.req.valid('json');
      const change = { changedBy: c.get('principal').subject, reason };
      const template = await rollBackTemplate(deps, change, { id: c.req.valid('param').id, version });
      return c.json(toTemplateBody(template), 200);
    })
    .openapi({ ...readUsageRoute, middleware: [readers] as const }, async (c) => {
      const { id } = c.req.valid('param');
      const days = toDays(c.req.valid('query'), deps.clock());
      if ((await deps.templateStore.find(id)) === null) refuseUnknown(id);
      return c.json(toUsageBody(id, days, await deps.templateStore.usage(id, days.from, days.to)), 200);
    });
  for (const route of [exportTemplatesRoute, importTemplatesRoute]) routes.openAPIRegistry.registerPath(route);
  return routes;
}

function refuseUnknown(id: string, version?: number): never {
  throw templateNotFound(version === undefined ? `There is no template ${id}.` : `There is no version ${version} of template ${id}.`);
}
