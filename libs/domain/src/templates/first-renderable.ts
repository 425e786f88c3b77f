import { isBlank } from '../text/characters.ts';
import { renderTemplate } from './render-template.ts';
import type { ParsedTemplate } from './parse-template.ts';
import type { TemplateValues } from './render-template.ts';
import type { IndexedTemplate } from './template-index.ts';
import type { TemplateType, TemplateVariable, UserTier } from './template.ts';

/** A template that fits but could not be rendered. Nothing missing means that its text would be empty. */
export interface SkippedTemplate extends IndexedTemplate {
  missing: readonly TemplateVariable[];
}

export interface RenderedChoice extends IndexedTemplate {
  text: string;
}

/**
 * The only rule for messages over REST and for automatic replies: the best template that can be rendered with these values.
 * @param ranked the best first.
 * @returns also the templates that were skipped, or all when none can be rendered.
 */
export function firstRenderable(
  ranked: Iterable<IndexedTemplate>,
  values: TemplateValues,
): { chosen: RenderedChoice | null; skipped: SkippedTemplate[] } {
  const skipped: SkippedTemplate[] = [];
  for (const entry of ranked) {
    const rendered = renderTemplate(entry.parsed, values);
    if (rendered.ok) return { chosen: { ...entry, text: rendered.text }, skipped };
    skipped.push({ ...entry, missing: rendered.missing });
  }
  return { chosen: null, skipped };
}

/** Variables without a fallback: the template needs their values. */
export function neededVariables({ parts }: ParsedTemplate): TemplateVariable[] {
  return [...new Set(parts.flatMap((part) => (part.kind === 'variable' && part.fallback === null ? [part.name] : [])))];
}

/** Variables that never have a value in this type of message: only thanks for tips have an amount. */
export function neverKnown(templateType: TemplateType): ReadonlySet<TemplateVariable> {
  return new Set(templateType === 'tip_thank_you' ? [] : ['amount']);
}

/** Variables that have no value here unless the caller of the render route gives one. */
export function absentVariables(situation: {
  templateType: TemplateType;
  tier: UserTier | null;
  customMessage: string | null;
}): ReadonlySet<TemplateVariable> {
  const absent = new Set(neverKnown(situation.templateType));
  if (situation.tier === null) absent.add('tier');
  if (situation.customMessage === null) absent.add('customMessage');
  return absent;
}

/**
 * What keeps a template from being rendered where the absent variables have no value and all others have one.
 * @returns the variables that it lacks, none of them when it would have nothing to show; null when nothing keeps it.
 */
export function hindranceOf(parsed: ParsedTemplate, absent: ReadonlySet<TemplateVariable>): readonly TemplateVariable[] | null {
  const lacking = neededVariables(parsed).filter((name) => absent.has(name));
  if (lacking.length > 0) return lacking;
  const showsSomething = parsed.parts.some((part) => {
    if (part.kind === 'literal') return !isBlank(part.text);
    return !absent.has(part.name) || !isBlank(part.fallback ?? '');
  });
  return showsSomething ? null : [];
}
