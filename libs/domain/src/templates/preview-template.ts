import type { MoodState } from '../moods/mood.ts';
import type { ContentPolicy } from '../text/content-policy.ts';
import { toPlainText } from '../text/plain-text.ts';
import { sanitise } from '../text/sanitise.ts';
import type { RemovedPiece } from '../text/sanitise.ts';
import { allowedValues } from './allowed-values.ts';
import { checkContent } from './check-content.ts';
import { createLocator } from './locator.ts';
import { withPrintedMoney } from './money-values.ts';
import { inspectTemplate } from './parse-template.ts';
import type { ParsedTemplate } from './parse-template.ts';
import { renderTemplate, templateVariablesOf } from './render-template.ts';
import type { TemplateValues } from './render-template.ts';
import { inertValues, systemValues } from './template-values.ts';
import { templateVariables } from './template.ts';
import type { Template, TemplateType, TemplateVariable, UserTier } from './template.ts';

export interface PreviewRequest {
  content: string;
  moodState: MoodState;
  templateType: TemplateType;
  /** null: as for a user without a known tier. */
  tier: UserTier | null;
  /** Values that replace the sample values. */
  variables: TemplateValues;
  timeZone: string | undefined;
  locale: string | undefined;
}

export interface PreviewWarning {
  /** `error`: saving would be refused. `hint`: saving works, but the result may not be intended. */
  severity: 'error' | 'hint';
  message: string;
  line: number;
  column: number;
}

/** A part of a given value that is not shown in messages. `policy`: the whole value counts as missing. */
export interface RemovedFromValue {
  variable: TemplateVariable;
  what: Exclude<RemovedPiece['what'], 'blank'> | 'policy';
  text: string;
}

export interface TemplatePreview {
  text: string;
  /** Each once, in order of first appearance. */
  variables: TemplateVariable[];
  /** In order of place. */
  warnings: PreviewWarning[];
  /** What was taken out of the given values, by variable. */
  removed: RemovedFromValue[];
}

const samples = { userName: 'John123', modelName: 'Sophia', amount: '50', customMessage: 'Feeling great today!' };

/**
 * Previews an unsaved template, with sample values for those that are not given.
 * @throws DomainError INVALID_REQUEST for an unknown time zone or locale.
 */
export function previewTemplate(deps: { contentPolicy: ContentPolicy; clock: () => Date }, request: PreviewRequest): TemplatePreview {
  const { moodState, tier, timeZone, locale } = request;
  const { content, parsed, problems } = checkContent(request.content, deps.contentPolicy);
  const known = systemValues({ moodState, tier, modelName: null, customMessage: null, now: deps.clock(), timeZone, locale });
  const inert = inertValues(request.variables);
  const given = allowedValues({ contentPolicy: deps.contentPolicy, refusedValues: { count: () => undefined } }, inert);
  const rendered = renderTemplate(parsed, withPrintedMoney({ ...samplesBeside(request.variables), ...known, ...given }, locale));
  const errors = problems.map((problem) => ({ severity: 'error' as const, ...problem }));
  return {
    // Content that may not be saved can hold tags.
    text: rendered.ok ? toPlainText(rendered.text) : '',
    variables: templateVariablesOf(parsed),
    warnings: [...errors, ...hintsOf(content, parsed, request.templateType)].toSorted((a, b) => a.line - b.line || a.column - b.column),
    removed: removedFrom(request.variables, inert, given),
  };
}

function removedFrom(typed: TemplateValues, inert: TemplateValues, given: TemplateValues): RemovedFromValue[] {
  return templateVariables.flatMap((variable): RemovedFromValue[] => {
    const value = Object.hasOwn(typed, variable) ? (typed[variable] ?? '') : '';
    // Blanks removed at the ends of a value are not worth a warning.
    const pieces = sanitise(value).removed.flatMap(({ what, text }) => (what === 'blank' ? [] : [{ variable, what, text }]));
    const refused = inert[variable] !== undefined && given[variable] === undefined;
    return refused ? [...pieces, { variable, what: 'policy', text: inert[variable] ?? '' }] : pieces;
  });
}

/** A given value without visible characters is not replaced by a sample. */
function samplesBeside(given: TemplateValues): TemplateValues {
  return Object.fromEntries(Object.entries(samples).filter(([name]) => !Object.hasOwn(given, name)));
}

const oftenMissing: Partial<Record<TemplateVariable, string>> = {
  userName: 'The name of a user is not always known',
  modelName: 'The name of the model is not always known',
  tier: 'The tier of a user is not always known',
  customMessage: 'Most moods have no message',
};

/** Hints about a template that can be saved, by position. */
export function templateHints({ content, templateType }: Pick<Template, 'content' | 'templateType'>): PreviewWarning[] {
  return hintsOf(content, inspectTemplate(content).parsed, templateType);
}

/** Variables that can be without a value, and have no fallback. */
function hintsOf(content: string, parsed: ParsedTemplate, templateType: TemplateType): PreviewWarning[] {
  const locate = createLocator(content);
  return parsed.parts.flatMap((part): PreviewWarning[] => {
    if (part.kind === 'literal' || part.fallback !== null) return [];
    const why = part.name === 'amount' && templateType !== 'tip_thank_you' ? 'Only tips have an amount' : oftenMissing[part.name];
    if (why === undefined) return [];
    const message = `${why}. Without it this template cannot be sent: add a fallback, {{${part.name}|…}}.`;
    return [{ severity: 'hint', message, ...locate(part.index) }];
  });
}
