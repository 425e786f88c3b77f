import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** What belongs to one checkout alone, or is made from the rest. */
const leftOut = new Set(['node_modules', '.git', '.data', 'coverage', 'dist', 'secrets']);

/**
 * Copies the checkout as it is, with what is not committed, to where faults can be planted in it. Its packages from npm are those of the
 * checkout, and its own packages (`@mood/…`) are the copied ones.
 * @param target a folder that does not exist.
 */
export async function copyCheckout(target: string): Promise<void> {
  await cp(root, target, { recursive: true, filter: (source) => !leftOut.has(path.basename(source)) });
  const [installed, linked] = [path.join(root, 'node_modules'), path.join(target, 'node_modules')];
  await mkdir(linked);
  for (const name of await readdir(installed)) {
    if (name === '.cache') continue;
    // The links to our packages are relative, so that the copied ones lead into the copy.
    if (name === '@mood') await cp(path.join(installed, name), path.join(linked, name), { recursive: true, verbatimSymlinks: true });
    else await symlink(path.join(installed, name), path.join(linked, name));
  }
}
