import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

export const libs = path.resolve(import.meta.dirname, '../..');

const dependencies = z.record(z.string(), z.string()).default({});
const manifestShape = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string().optional(),
  engines: z.record(z.string(), z.string()).optional(),
  dependencies,
});
export type Manifest = z.output<typeof manifestShape>;

/** @param lib the name of a folder in `libs`. */
export function readManifest(lib: string): Manifest {
  return manifestShape.parse(JSON.parse(readFileSync(path.join(libs, lib, 'package.json'), 'utf8')));
}

const ours = '@mood/';

/**
 * What a lib and the libs that it is made of need from elsewhere, with the one version that each of them pins.
 * @throws Error when two of them pin different ones.
 */
export function foreignDependencies(lib: string): Map<string, string> {
  const found = new Map<string, string>();
  const seen = new Set<string>();
  const open = [lib];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const [name, version] of Object.entries(readManifest(next).dependencies)) {
      if (name.startsWith(ours)) open.push(name.slice(ours.length));
      else if ((found.get(name) ?? version) !== version) throw new Error(`${name} is pinned at ${found.get(name)} and at ${version}`);
      else found.set(name, version);
    }
  }
  return found;
}
