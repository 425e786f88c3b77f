import { lackingIn, neverKnown } from './first-renderable.ts';
import { inspectTemplate } from './parse-template.ts';
import type { Template } from './template.ts';

/** @returns why a stored template can never be sent, in words (`needs amount`); null when it can. */
export function neverUsable({ content, templateType }: Pick<Template, 'content' | 'templateType'>): string | null {
  const { parsed, problems } = inspectTemplate(content);
  if (problems.length > 0) return 'cannot be read';
  const lacking = lackingIn(parsed, neverKnown(templateType));
  return lacking.length === 0 ? null : `needs ${lacking.join(', ')}`;
}
