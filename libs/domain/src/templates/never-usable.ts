import { hindranceOf, neverKnown } from './first-renderable.ts';
import { inspectTemplate } from './parse-template.ts';
import type { Template } from './template.ts';

/** @returns why a stored template can never be sent, in words (`needs amount`, `has nothing to show`); null when it can. */
export function neverUsable({ content, templateType }: Pick<Template, 'content' | 'templateType'>): string | null {
  const { parsed, problems } = inspectTemplate(content);
  if (problems.length > 0) return 'cannot be read';
  const hindrance = hindranceOf(parsed, neverKnown(templateType));
  if (hindrance === null) return null;
  return hindrance.length === 0 ? 'has nothing to show' : `needs ${hindrance.join(', ')}`;
}
