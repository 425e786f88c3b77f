import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { eraseModel } from '@mood/db';
import { exitOnBadSettings } from '@mood/runtime';
import { modelIdOf } from './audit/model-id.ts';
import { Problem, UsageProblem } from './problem.ts';
import { runCommand, understand, withDatabase } from './run-command.ts';
import { auditCommandSettings } from './settings.ts';

const help = `npm run audit:erase: makes the personal part of a model's audit log unreadable, for good.

  npm run audit:erase -- --model ID     destroys the model's data key: addresses, user agents, reasons and past messages
                                        can never be read again; every row stays, and the log still verifies
      --yes                             does not ask

On a terminal it asks for the ID once more. A running process may hold the opened key: for a minute where it read with it; where it
sealed with it, until it ends, without reading or sealing anything more. The message of the model's mood of now stays.
The database is that of DATABASE_URL, else that of the system which "npm start" runs on DATA_DIR (default .data).
The exit code is 0 when the key is destroyed or there was none, 1 when nothing was done, 2 when the command was not understood.`;

await runCommand(help, async () => {
  const { values } = understand(() =>
    parseArgs({ options: { model: { type: 'string' }, yes: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } }),
  );
  if (values.help === true) return console.log(help);
  if (values.model === undefined) throw new UsageProblem('Say whose data to erase: --model ID.');
  const modelId = modelIdOf(values.model);
  const settings = exitOnBadSettings(auditCommandSettings);
  if (values.yes !== true && process.stdin.isTTY) await askAgain(modelId);
  const erased = await withDatabase(settings, (database) => eraseModel(database, modelId));
  console.log(
    erased === 0
      ? `There is no data key of model ${modelId}: nothing of it can be read, or it never changed a mood.`
      : `The data key of model ${modelId} is destroyed: its personal data in the audit log cannot be read any more.`,
  );
});

async function askAgain(modelId: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`This cannot be undone. Type the ID once more to erase the personal data of model ${modelId}: `);
    if (answer.trim().toLowerCase() !== modelId) throw new Problem('That is another ID: nothing was erased.');
  } finally {
    terminal.close();
  }
}
