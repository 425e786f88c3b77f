import { describeError, readCommandLine } from '@mood/runtime';
import { castPeople } from './cast.ts';
import { findSystem, NoSystem } from './find-system.ts';
import { createStory, PromiseBroken } from './story.ts';
import { describeWindows } from './two-windows.ts';
import { tellUseCase1 } from './use-case-1.ts';
import { tellUseCase2 } from './use-case-2.ts';
import { tellUseCase3 } from './use-case-3.ts';
import { tellUseCase4 } from './use-case-4.ts';

const help = `npm run demo: plays the four use cases of the contract on the running system, with short delays, and tells what happens.

Options:
  --show   plays nothing, and says which two pages to open side by side: a model's panel, and a user's chat. A system that was started for it
           runs until Ctrl-C.

It uses the system of "npm start" when that runs (found by DATA_DIR, default .data), and starts one for itself when not.
It takes about 10 seconds. The exit code is 1 when anything that should happen did not, 2 when the command line was not understood.`;

async function main(): Promise<number> {
  readCommandLine(help, { options: { show: { type: 'boolean' } } });
  const write = (line: string) => console.log(line);
  const { run, ended, stop } = await findSystem(write);
  const story = createStory(write);
  try {
    if (process.argv.includes('--show')) {
      write(await describeWindows(run));
      await ended;
      return 0;
    }
    await tellUseCase1(story, await castPeople(run));
    await tellUseCase2(story, await castPeople(run));
    await tellUseCase3(story, await castPeople(run));
    await tellUseCase4(story, await castPeople(run));
    write('\nEverything happened as it should.');
    return 0;
  } finally {
    await stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof PromiseBroken || error instanceof NoSystem;
  console.error(`\n✗ ${known ? error.message : `It did not work: ${describeError(error)}`}`);
  process.exitCode = 1;
}
