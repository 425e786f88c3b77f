import { parseTemplate } from './parse-template.ts';
import { renderTemplate } from './render-template.ts';
import type { TemplateValues } from './render-template.ts';
import type { TemplateType } from './template.ts';

/** Neutral texts, used when no stored template can be. Every variable has a fallback, so they always render. */
export const builtInTemplates: Readonly<Record<TemplateType, string>> = {
  greeting: 'Hello {{userName|there}}, welcome to the chat.',
  farewell: 'Thank you for your time, {{userName|and until next time}}. Goodbye!',
  auto_response: 'Thank you for your message, {{userName|it has arrived}}. You will get an answer as soon as possible.',
  tip_thank_you: 'Thank you for your tip, {{userName|it is much appreciated}}.',
};

/** Renders a built-in neutral message. @param values inert ones; any may be missing. */
export function renderBuiltIn(templateType: TemplateType, values: TemplateValues): string {
  const rendered = renderTemplate(parseTemplate(builtInTemplates[templateType]), values);
  if (!rendered.ok) throw new Error(`the built-in ${templateType} text needs ${rendered.missing.join(', ')}`);
  return rendered.text;
}
