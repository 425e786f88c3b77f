import { hindranceOf } from './first-renderable.ts';
import type { TemplateInspection } from './parse-template.ts';
import { createTimeSlices } from '../time-slices.ts';
import { rankTemplates } from './select-template.ts';
import type { TemplateCriteria } from './select-template.ts';
import { byRank, createTemplateIndex, inspectTemplates } from './template-index.ts';
import type { Template, TemplateVariable } from './template.ts';

export interface ExplainedCandidate {
  template: Template;
  won: boolean;
  /** Why it won, or by what it lost, in words. */
  reason: string;
}

/**
 * Explains why a template was chosen: first the templates that fit, in rank order, then the others. Yields to the event loop: there can be
 * thousands.
 * @param candidates every template of the mood and type, active or not.
 * @param shown how many are explained at most.
 * @param absent variables without a value: a template that needs one is skipped, unless every one does.
 */
export async function explainSelection(
  candidates: readonly Template[],
  criteria: TemplateCriteria,
  shown: number,
  absent: ReadonlySet<TemplateVariable> = new Set(),
): Promise<ExplainedCandidate[]> {
  const giveWay = createTimeSlices();
  const inspections = await inspectTemplates(candidates);
  const index = createTemplateIndex();
  index.apply(candidates, inspections);
  const entries = [...rankTemplates(index, criteria)];
  await giveWay();
  const hindrances = new Map(entries.map(({ template, parsed }) => [template, hindranceOf(parsed, absent)]));
  const ranked = entries.map(({ template }) => template);
  const isUsable = (template: Template) => hindrances.get(template) === null;
  const winner = ranked.find(isUsable) ?? ranked[0];
  const rivals = winner !== undefined && isUsable(winner) ? ranked.filter(isUsable) : ranked;
  const fitting = new Set(ranked);
  const unfit = candidates.filter((template) => !fitting.has(template)).toSorted(byRank);
  const reasonOf = (template: Template): string => {
    if (!fitting.has(template)) return whyUnfit(template, criteria, inspections.get(template));
    const hindrance = hindrances.get(template) ?? null;
    if (winner === undefined || template === winner) return whyWon(template, rivals, criteria) + thoughIt(hindrance);
    if (hindrance !== null && isUsable(winner)) return `Skipped: it ${inWords(hindrance)}. ${cureOf(hindrance)}`;
    return lostBy(template, winner, rivals, criteria);
  };
  const listed = [...ranked, ...unfit].slice(0, shown);
  // The winner is always shown, however many templates were skipped before it.
  if (winner !== undefined && !listed.includes(winner)) listed.splice(-1, 1, winner);
  const explained: ExplainedCandidate[] = [];
  for (const template of listed) {
    await giveWay();
    explained.push({ template, won: template === winner, reason: reasonOf(template) });
  }
  return explained;
}

function inWords(hindrance: readonly TemplateVariable[]): string {
  if (hindrance.length === 0) return 'has nothing to show here';
  return `needs ${hindrance.join(', ')}, which ${hindrance.length === 1 ? 'has no value' : 'have no values'} here`;
}

function cureOf([first]: readonly TemplateVariable[]): string {
  return first === undefined ? 'Add some text.' : `Add a fallback, {{${first}|…}}.`;
}

const thoughIt = (hindrance: readonly TemplateVariable[] | null) =>
  hindrance === null
    ? ''
    : ` It ${inWords(hindrance)}, and no other can be rendered either: rendering it is 422 unless the caller gives more.`;

const samePlace = (a: Template, b: Template) => a.tierLevel === b.tierLevel && a.locale === b.locale;
const sameExperiment = (a: Template, b: Template) => a.experiment !== null && a.experiment === b.experiment && samePlace(a, b);

function whyWon(winner: Template, ranked: readonly Template[], { userId, experiments = true }: TemplateCriteria): string {
  const locale = winner.locale === null ? 'any locale' : `locale ${winner.locale}`;
  const tier = winner.tierLevel === null ? 'any tier' : `tier ${winner.tierLevel}`;
  const chosen = `Chosen: it fits best (${locale}, ${tier}, priority ${winner.priority}).`;
  const variants = ranked.filter((template) => sameExperiment(template, winner)).length;
  if (variants < 2) return chosen;
  if (!experiments) return `${chosen} Experiments are switched off, so that "${winner.experiment}" does not count.`;
  const draw = userId === null ? 'the heaviest, since no userId is given' : 'the one that this user always gets';
  return `${chosen} Of the ${variants} variants of the experiment "${winner.experiment}" it is ${draw}.`;
}

/** Compares by the criteria of the selection, in their order: the first difference decides. */
function lostBy(template: Template, winner: Template, ranked: readonly Template[], criteria: TemplateCriteria): string {
  const { locale, userId, experiments = true } = criteria;
  if (template.locale !== winner.locale) {
    return `Lost by locale: for ${locale}, ${winner.locale} comes before ${template.locale ?? 'no locale'}.`;
  }
  if (template.tierLevel !== winner.tierLevel) return `Lost by tier: one of tier ${winner.tierLevel} comes before one of any tier.`;
  if (experiments && sameExperiment(template, winner)) {
    const draw = userId === null ? 'without a userId the heaviest is taken' : 'this user always gets another one';
    return `Lost by experiment: of the variants of "${winner.experiment}", ${draw}.`;
  }
  if (template.priority < winner.priority) return `Lost by priority: ${template.priority} is lower than ${winner.priority}.`;
  if (byRank(winner, template) > 0) {
    // All variants rank where the first of them ranks, even those that would rank lower on their own.
    const higher = ranked.some((other) => other.priority > template.priority && sameExperiment(other, winner));
    return `Lost by experiment: "${winner.experiment}" holds a variant ${higher ? 'of a higher priority' : 'of the same priority that comes before it'}.`;
  }
  if (template.createdAt.getTime() === winner.createdAt.getTime()) {
    return 'Lost by id: of the same priority and age, the one with the higher id is taken.';
  }
  return 'Lost by age: of the same priority, the one created later is taken.';
}

function whyUnfit(
  template: Template,
  { moodState, templateType, tier, locale }: TemplateCriteria,
  inspection: TemplateInspection | undefined,
): string {
  if (template.moodState !== moodState || template.templateType !== templateType) return 'Does not fit: it is for another mood or type.';
  if (!template.active) return 'Does not fit: it is not active.';
  if ((inspection?.problems.length ?? 0) > 0) return 'Does not fit: its content cannot be read.';
  if (template.tierLevel !== null && template.tierLevel !== tier) {
    return `Does not fit: it is for tier ${template.tierLevel}, and the user's is ${tier ?? 'unknown'}.`;
  }
  return `Does not fit: it is for locale ${template.locale}, and the user's is ${locale ?? 'unknown'}.`;
}
