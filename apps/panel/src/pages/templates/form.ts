import { draftOf, emptyDraft } from './template.ts';
import type { Draft } from './template.ts';
import type { newSearch } from './templates-search.ts';
import type * as z from 'zod/mini';

/** What stands in the fields of the editor: numbers and names as they are typed. */
export interface Form extends Omit<Draft, 'priority' | 'weight' | 'locale' | 'experiment'> {
  priority: string;
  weight: string;
  locale: string;
  experiment: string;
  reason: string;
}

export function formOf(draft: Draft): Form {
  const { priority, weight, locale, experiment, ...rest } = draftOf(draft);
  return {
    ...rest,
    priority: String(priority),
    weight: String(weight),
    locale: locale ?? '',
    experiment: experiment ?? '',
    reason: '',
  };
}

const wholeNumber = /^-?\d{1,10}$/;
const mostWeight = 1_000;

export const isPriority = (text: string): boolean => wholeNumber.test(text.trim());
export const isWeight = (text: string): boolean => wholeNumber.test(text.trim()) && Number(text) >= 1 && Number(text) <= mostWeight;

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

/** @returns the draft of the fields; null while a number is none. */
export function draftOfForm(form: Form): Draft | null {
  const { priority, weight, locale, experiment } = form;
  if (!isPriority(priority) || !isWeight(weight)) return null;
  const numbers = { priority: Number(priority), weight: Number(weight) };
  return draftOf({ ...form, ...numbers, locale: orNull(locale), experiment: orNull(experiment) });
}

/** A new template for the place that a link asks for. */
export const newDraft = ({ moodState, templateType, tierLevel }: z.output<typeof newSearch>): Draft => ({
  ...emptyDraft,
  ...(moodState !== '' && { moodState }),
  ...(templateType !== '' && { templateType }),
  ...(tierLevel !== '' && { tierLevel }),
});
