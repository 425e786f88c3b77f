import type { TemplateType } from './template.ts';

/** Neutral texts for when no stored template can be used. Every variable has a fallback, so they always render. */
export const builtInTemplates: Readonly<Record<TemplateType, string>> = {
  greeting: 'Hello {{userName|there}}, welcome to the chat.',
  farewell: 'Thank you for your time, {{userName|and until next time}}. Goodbye!',
  auto_response: 'Thank you for your message, {{userName|it has arrived}}. You will get an answer as soon as possible.',
  tip_thank_you: 'Thank you for your tip, {{userName|it is much appreciated}}.',
};
