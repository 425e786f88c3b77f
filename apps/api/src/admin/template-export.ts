import { templateFileFormat } from '@mood/contract/template-file';
import { createTimeSlices, draftOf } from '@mood/domain';
import type { Template } from '@mood/domain';

/**
 * Reads the first batch at once, so that a failure before the first template is answered as an error.
 * @returns the text of the file, piece by piece.
 */
export async function startExport(batches: AsyncIterable<Template[]>, exportedAt: Date): Promise<AsyncGenerator<Uint8Array<ArrayBuffer>>> {
  const rest = batches[Symbol.asyncIterator]();
  return pieces(await rest.next(), rest, exportedAt);
}

/** The same JSON as `toTemplateFile` makes, written batch by batch: only one batch is held in memory. */
async function* pieces(
  first: IteratorResult<Template[]>,
  rest: AsyncIterator<Template[]>,
  exportedAt: Date,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const utf8 = new TextEncoder();
  const giveWay = createTimeSlices();
  yield utf8.encode(`{"format":${JSON.stringify(templateFileFormat)},"exportedAt":${JSON.stringify(exportedAt)},"templates":[`);
  let separator = '';
  for (let batch = first; batch.done !== true; batch = await rest.next()) {
    let text = '';
    for (const template of batch.value) {
      text += separator + JSON.stringify({ id: template.id, ...draftOf(template) });
      separator = ',';
      await giveWay();
    }
    yield utf8.encode(text);
  }
  yield utf8.encode(']}');
}
