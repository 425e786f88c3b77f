import { DomainError } from '../errors.ts';
import { createTimeSlices } from '../time-slices.ts';
import { checkContent, describeProblems } from './check-content.ts';
import type { ImportedTemplate, ImportOptions, ImportRow, RefusedRow } from './ports.ts';
import { showChange } from './save-template.ts';
import type { EditTemplatesDependencies } from './save-template.ts';
import type { TemplateChange } from './template.ts';

/** How many rows are processed between two progress reports. */
const stride = 250;
const shownRows = 5;

/**
 * Imports templates, all or nothing. A row with a known id changes that template if anything differs; a row without an id creates a
 * template unless an equal one exists. Other templates are left alone.
 * @param rows also those that are no templates, so that everything that is wrong with a file is said at once.
 * @throws DomainError INVALID_TEMPLATE with the first invalid rows.
 */
export async function importTemplates(
  deps: EditTemplatesDependencies,
  change: TemplateChange,
  rows: readonly (ImportRow | RefusedRow)[],
  options: ImportOptions,
): Promise<ImportedTemplate[]> {
  const checked = await checkRows(deps, rows, options);
  const imported = await deps.templateStore.importAll(checked, change, options);
  if (!options.dryRun) await showChange(deps);
  return imported;
}

async function checkRows(
  deps: EditTemplatesDependencies,
  rows: readonly (ImportRow | RefusedRow)[],
  { progress }: ImportOptions,
): Promise<ImportRow[]> {
  const checked: ImportRow[] = [];
  const shown: string[] = [];
  let badRows = 0;
  const rowOfId = new Map<string, number>();
  const giveWay = createTimeSlices();
  for (const [index, row] of rows.entries()) {
    if (index % stride === 0) await progress('checked', index, rows.length);
    await giveWay();
    const found = 'refused' in row ? [row.refused] : [];
    const earlier = row.id === undefined ? undefined : rowOfId.get(row.id);
    if (earlier !== undefined) found.push(`templates[${index}].id: templates[${earlier}] has the id ${row.id} too. Take one of them out.`);
    if (row.id !== undefined) rowOfId.set(row.id, index);
    if (row.content !== undefined) {
      const { content, problems } = checkContent(row.content, deps.contentPolicy, badRows < shownRows ? 'all' : 'first');
      if (problems.length > 0) found.push(`templates[${index}].content: ${describeProblems(problems)}`);
      if (!('refused' in row)) checked.push({ ...row, content });
    }
    if (found.length > 0 && ++badRows <= shownRows) shown.push(...found);
  }
  await progress('checked', rows.length, rows.length);
  if (badRows === 0) return checked;
  const more = badRows > shownRows ? ` And ${badRows - shownRows} more.` : '';
  throw new DomainError('INVALID_TEMPLATE', `Nothing was imported. ${shown.join(' ')}${more}`);
}
