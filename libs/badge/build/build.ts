import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildBadge, builtFile } from './badge-file.ts';

await mkdir(path.dirname(builtFile), { recursive: true });
await writeFile(builtFile, await buildBadge());
