import { Readable } from 'node:stream';
import type { AuditEntryBody } from '@mood/contract/audit';
import { createTimeSlices } from '@mood/domain';
import type { AuditEntry } from '@mood/domain';
import { stringify } from 'csv-stringify';
import { csvForm } from '../http/csv-form.ts';
import { entryColumns, toEntryBody } from './audit.contract.ts';

async function* bodiesOf(batches: AsyncIterable<AuditEntry[]>): AsyncGenerator<AuditEntryBody> {
  const giveWay = createTimeSlices();
  for await (const batch of batches) {
    for (const entry of batch) {
      yield toEntryBody(entry);
      await giveWay();
    }
  }
}

async function* linesOf(batches: AsyncIterable<AuditEntry[]>): AsyncGenerator<string> {
  for await (const batch of batches) yield batch.map((entry) => `${JSON.stringify(toEntryBody(entry))}\n`).join('');
}

/** One JSON object per line. */
export const toNdjson = (batches: AsyncIterable<AuditEntry[]>): Readable => Readable.from(linesOf(batches));

/** CSV, entry by entry. */
export function toCsv(batches: AsyncIterable<AuditEntry[]>): Readable {
  const csv = stringify({ ...csvForm, columns: entryColumns });
  const source = Readable.from(bodiesOf(batches));
  source.on('error', (error) => csv.destroy(error));
  csv.on('close', () => source.destroy());
  return source.pipe(csv);
}
