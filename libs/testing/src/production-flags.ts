import packageFile from '../../../package.json' with { type: 'json' };

const scripts: Readonly<Record<string, string>> = packageFile.scripts;

/** @returns what `npm run api` and `npm run worker` tell Node.js; nothing for an entry that is no script's. */
export function productionFlags(entry: string): string[] {
  const script = Object.values(scripts).find((words) => words.endsWith(` ${entry}`));
  return script?.split(' ').filter((word) => word.startsWith('--')) ?? [];
}
