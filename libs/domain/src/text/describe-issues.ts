interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const shownIssues = 10;

/** @returns `templates[9998].content: expected text; priority: …`, the first ten of them. For issues as zod has them. */
export function describeIssues(issues: readonly Issue[]): string {
  const shown = issues
    .slice(0, shownIssues)
    .map(({ path, message }) => (path.length === 0 ? message : `${describePath(path)}: ${message}`));
  const more = issues.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
}

function describePath(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}
