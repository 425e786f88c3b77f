import { byId } from './dom.ts';
import { PlatformError } from './platform.ts';

const shownMs = 8_000;
let hide: ReturnType<typeof setTimeout> | undefined;

/** Says something in a line at the foot of the page, for some seconds. */
export function say(words: string): void {
  clearTimeout(hide);
  byId('notice').textContent = words;
  hide = setTimeout(() => (byId('notice').textContent = ''), shownMs);
}

/** Runs what somebody has asked for, and says why it did not work. @returns whether it did. */
export async function attempt(what: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    say(`${what} did not work. ${error instanceof PlatformError ? error.message : 'The sandbox cannot be reached.'}`);
    return false;
  }
}
