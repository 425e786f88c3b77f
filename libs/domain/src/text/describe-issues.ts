import { firstCodePoints } from './characters.ts';

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const shownIssues = 10;
/** Code points. A message can repeat what somebody sent, such as thousands of unknown keys. */
const maxMessageLength = 300;

/**
 * @param issues as zod has them. @param total of which these are the first.
 * @returns `templates[9998].content: expected text; priority: …`, the first ten of them.
 */
export function describeIssues(issues: readonly Issue[], total = issues.length): string {
  const shown = issues
    .slice(0, shownIssues)
    .map(({ path, message }) => (path.length === 0 ? shortened(message) : `${shortened(describePath(path))}: ${shortened(message)}`));
  const more = total - shown.length;
  // Two checks of one field can say the same.
  return `${[...new Set(shown)].join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
}

function shortened(text: string): string {
  const beginning = firstCodePoints(text, maxMessageLength);
  return beginning === text ? text : `${beginning}…`;
}

function describePath(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}
