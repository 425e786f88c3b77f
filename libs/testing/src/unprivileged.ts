import { execFileSync } from 'node:child_process';
import { chownSync } from 'node:fs';

/** Servers that refuse to run as root are run as this user where the tests do: every Debian has it. */
const user = 'nobody';

const idOf = (flag: '-u' | '-g') => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));

/** What `spawn` takes to run something as a user without rights; nothing where the tests run as one. @param folder is given to that user. */
export function unprivileged(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const ids = { uid: idOf('-u'), gid: idOf('-g') };
  chownSync(folder, ids.uid, ids.gid);
  return ids;
}
