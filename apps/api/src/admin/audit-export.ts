import type { AuditEntry } from '@mood/domain';
import { stringify } from 'csv-stringify/sync';
import { csvForm } from '../http/csv-form.ts';
import { entryColumns, toEntryBody } from './audit.contract.ts';

/** One JSON object per line, batch by batch. */
export async function* toNdjson(batches: AsyncIterable<AuditEntry[]>): AsyncGenerator<string> {
  for await (const batch of batches) yield batch.map((entry) => `${JSON.stringify(toEntryBody(entry))}\n`).join('');
}

/** CSV, batch by batch. */
export async function* toCsv(batches: AsyncIterable<AuditEntry[]>): AsyncGenerator<string> {
  let header = true;
  for await (const batch of batches) {
    yield stringify(batch.map(toEntryBody), { ...csvForm, columns: entryColumns, header });
    header = false;
  }
}
