import { templateFileFormat } from '@mood/contract/template-file';
import { createTimeSlices, draftOf } from '@mood/domain';
import type { Template } from '@mood/domain';

/** The same JSON as `toTemplateFile` makes, written batch by batch: only one batch is held in memory. */
export async function* toTemplateJson(batches: AsyncIterable<Template[]>, exportedAt: Date): AsyncGenerator<string> {
  const giveWay = createTimeSlices();
  let text = `{"format":${JSON.stringify(templateFileFormat)},"exportedAt":${JSON.stringify(exportedAt)},"templates":[`;
  let separator = '';
  for await (const batch of batches) {
    for (const template of batch) {
      text += separator + JSON.stringify({ id: template.id, ...draftOf(template) });
      separator = ',';
      await giveWay();
    }
    yield text;
    text = '';
  }
  yield `${text}]}`;
}
