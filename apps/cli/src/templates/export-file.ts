import { toTemplateFile } from '@mood/contract/template-file';
import type { TemplateStore } from '@mood/domain';
import writeFileAtomic from 'write-file-atomic';
import { Problem } from '../problem.ts';
import { whyNotWritten } from '../why-not-written.ts';

/** Writes every template as a file that the import reads. A file that is there is replaced when the new one is whole. */
export async function exportFile(store: TemplateStore, file: string | undefined): Promise<void> {
  const templates = await store.all();
  const text = `${JSON.stringify(toTemplateFile(templates, new Date()), null, 2)}\n`;
  if (file === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    await writeFileAtomic(file, text);
  } catch (error) {
    throw new Problem(`The file ${file} cannot be written: ${whyNotWritten(file, error)}`, { cause: error });
  }
  console.error(`${templates.length.toLocaleString('en-US')} templates written to ${file}.`);
}
