import type { ContentPolicy, PolicyKind } from '../text/content-policy.ts';
import type { TemplateValues } from './render-template.ts';
import { templateVariables } from './template.ts';
import type { TemplateVariable } from './template.ts';

/** Counts values that were left out because the content policy forbids them. */
export interface RefusedValues {
  count(variable: TemplateVariable, kind: PolicyKind): void;
}

export interface ValuePolicy {
  contentPolicy: ContentPolicy;
  refusedValues: RefusedValues;
}

/** An amount is what was given, however many digits it has. */
const plainAmount = /^\d{1,15}(?:\.\d{1,15})?$/;

/**
 * Holds values that others chose, users' names above all, against the content policy. One that breaks it counts as not given:
 * the template's fallback takes its place, and the message goes out.
 */
export function allowedValues({ contentPolicy, refusedValues }: ValuePolicy, values: TemplateValues): TemplateValues {
  const allowed: TemplateValues = {};
  for (const name of templateVariables) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) continue;
    const finding = name === 'amount' && plainAmount.test(value) ? null : contentPolicy.findFirst(value);
    if (finding === null) allowed[name] = value;
    else refusedValues.count(name, finding.kind);
  }
  return allowed;
}
