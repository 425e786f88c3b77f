import { setTimeout as delay } from 'node:timers/promises';

/** Asks again until the answer is yes. @throws when it is still no after `limitMs`. */
export async function until(question: () => boolean | Promise<boolean>, limitMs = 10_000): Promise<void> {
  const giveUp = Date.now() + limitMs;
  while (!(await question())) {
    if (Date.now() > giveUp) throw new Error(`still not so after ${limitMs} ms: ${question.toString()}`);
    await delay(20);
  }
}
