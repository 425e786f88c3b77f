import type { ContentPolicy, PolicyKind } from '../text/content-policy.ts';
import type { TemplateValues } from './render-template.ts';
import { templateVariables } from './template.ts';
import type { TemplateVariable } from './template.ts';

/** Counts values that were dropped because the content policy forbids them. */
export interface RefusedValues {
  count(variable: TemplateVariable, kind: PolicyKind): void;
}

export interface ValuePolicy {
  contentPolicy: ContentPolicy;
  refusedValues: RefusedValues;
}

/** Amounts are exempt: however many digits they have, they are no phone number. */
const plainAmount = /^\d{1,15}(?:\.\d{1,15})?$/;

/**
 * Checks values that other people chose, above all users' names, against the content policy. A forbidden value counts as missing: the
 * template's fallback replaces it, and the message is still sent.
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
