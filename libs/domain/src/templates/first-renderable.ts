import { isBlank } from '../text/characters.ts';
import { renderTemplate } from './render-template.ts';
import type { ParsedTemplate } from './parse-template.ts';
import type { TemplateValues } from './render-template.ts';
import type { IndexedTemplate } from './template-index.ts';
import type { TemplateType, TemplateVariable, UserTier } from './template.ts';

/** A template that fits and could not be rendered. Nothing missing: it would have had nothing to show. */
export interface SkippedTemplate extends IndexedTemplate {
  missing: readonly TemplateVariable[];
}

export interface RenderedChoice extends IndexedTemplate {
  text: string;
}

/**
 * The one rule for messages over REST and for automatic replies: the best template that can be rendered with these values.
 * @param ranked the best first.
 * @returns also those that were passed over, or all of them when none can be rendered.
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

/** Variables that a template needs: it gives no fallback for them. */
export function neededVariables({ parts }: ParsedTemplate): TemplateVariable[] {
  return [...new Set(parts.flatMap((part) => (part.kind === 'variable' && part.fallback === null ? [part.name] : [])))];
}

/** Variables that have no value whoever asks: only thanks for tips have an amount. */
export function neverKnown(templateType: TemplateType): ReadonlySet<TemplateVariable> {
  return new Set(templateType === 'tip_thank_you' ? [] : ['amount']);
}

/** Variables that have no value in this situation, unless the caller of the render route gives one. */
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
