import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { reasonSchema } from '@mood/contract/reason';
import { readTemplateRows } from '@mood/contract/template-file';
import { importTemplates } from '@mood/domain';
import type { ImportedTemplate, TemplateStore } from '@mood/domain';
import { createContentPolicy } from '@mood/moderation';
import type { ContentPolicyOptions } from '@mood/moderation';
import { describeError } from '@mood/runtime';
import { Problem } from '../problem.ts';
import { createProgressLine } from '../progress-line.ts';

export interface ImportCommand {
  file: string;
  dryRun: boolean;
  reason: string | undefined;
}

/** @throws DomainError INVALID_TEMPLATE or Problem: nothing was written. */
export async function importFile(
  store: TemplateStore,
  policy: ContentPolicyOptions,
  { file, dryRun, reason }: ImportCommand,
): Promise<void> {
  const templates = readTemplateRows(await readJson(file));
  const deps = {
    templateStore: store,
    contentPolicy: createContentPolicy(policy),
    // The processes that run see the change by themselves.
    templates: { refresh: async () => {} },
  };
  const line = createProgressLine(process.stderr);
  const onInterrupt = () => {
    line.end();
    console.error('Stopped: nothing was imported.');
    process.exit(130);
  };
  process.once('SIGINT', onInterrupt);
  const change = { changedBy: null, reason: reasonOf(file, reason) };
  try {
    const imported = await importTemplates(deps, change, templates, {
      dryRun,
      progress: (step, done, total) => line.show(step, done, total, 'templates'),
    });
    process.off('SIGINT', onInterrupt);
    line.end();
    console.log(summary(imported, dryRun));
  } finally {
    line.end();
  }
}

async function readJson(file: string): Promise<unknown> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new Problem(`The file ${file} cannot be read: ${describeError(error)}`);
  });
  try {
    // It takes away a byte order mark, which Windows programs write.
    return JSON.parse(decode(file, bytes));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`The file ${file} is not valid JSON: ${describeError(error)}`, { cause: error });
  }
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Problem(`The file ${file} is not valid UTF-8. Save it as UTF-8.`, { cause: error });
  }
}

function reasonOf(file: string, given: string | undefined): string {
  const result = reasonSchema.safeParse(given ?? `import of ${path.basename(file)}`);
  if (result.success) return result.data;
  throw new Problem(`The reason cannot be used: ${result.error.issues.map(({ message }) => message).join('; ')}.`);
}

function summary(imported: readonly ImportedTemplate[], dryRun: boolean): string {
  const count = (outcome: ImportedTemplate['outcome']) =>
    imported.filter((template) => template.outcome === outcome).length.toLocaleString('en-US');
  const would = dryRun ? 'would be ' : '';
  const end = dryRun ? ' Nothing was written.' : '';
  return `${count('created')} ${would}created, ${count('changed')} ${would}changed, ${count('left')} ${would}left as they are.${end}`;
}
