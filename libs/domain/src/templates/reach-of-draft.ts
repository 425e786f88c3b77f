import { facts } from '../analytics/facts.ts';
import type { AnalyticsReader, Slice, TemplateUses } from '../analytics/ports.ts';
import type { Flags } from '../flags/ports.ts';
import { moodStates } from '../moods/mood.ts';
import type { MoodState } from '../moods/mood.ts';
import type { ContentPolicy } from '../text/content-policy.ts';
import { requireGoodContent } from './check-content.ts';
import { areExperimentsOn } from './experiments-switch.ts';
import { templateNotFound } from './find-template.ts';
import { absentVariables, hindranceOf } from './first-renderable.ts';
import { inspectTemplate } from './parse-template.ts';
import type { TemplateSource, TemplateStore } from './ports.ts';
import { rankTemplates } from './select-template.ts';
import { byRank } from './template-index.ts';
import type { IndexedTemplate, TemplateIndex } from './template-index.ts';
import { userTiers } from './template.ts';
import type { TemplateDraft, UserTier } from './template.ts';

export interface TemplateReach {
  period: Slice;
  /** Messages of the type that were made from templates in the period, or from built-in texts. */
  renders: number;
  /** Those that the draft would have won; of a variant, its share. */
  won: number;
  /** Those that it would have won if the users' locale was the draft's, which is not recorded. */
  undecided: number;
  /** What those that it would have won were made from; null: a built-in text. Most first. */
  from: { templateId: string | null; renders: number }[];
}

const weekMs = 7 * 86_400_000;
/** So many templates are named. */
const maxNamed = 20;
const draftId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * Who would have got a draft last week: what was counted by mood, tier and template, put through the ranking that chooses for messages, among the
 * templates of now.
 * @param id of the template that the draft replaces; null: a new one.
 * @throws DomainError INVALID_TEMPLATE, TEMPLATE_NOT_FOUND; DependencyUnavailable.
 */
export async function reachOfDraft(
  deps: {
    templates: TemplateSource;
    templateStore: Pick<TemplateStore, 'find'>;
    analytics: Pick<AnalyticsReader, 'progress' | 'templateUses'>;
    contentPolicy: ContentPolicy;
    flags: Flags;
  },
  draft: TemplateDraft,
  id: string | null,
): Promise<TemplateReach> {
  const content = requireGoodContent(draft.content, deps.contentPolicy);
  const replaced = id === null ? null : await deps.templateStore.find(id);
  if (id !== null && replaced === null) throw templateNotFound(`There is no template ${id}.`);
  const { asOf } = await deps.analytics.progress();
  const period = { start: new Date(asOf.getTime() - weekMs), end: asOf };
  const [index, experiments, uses] = await Promise.all([
    deps.templates.current(),
    areExperimentsOn(deps.flags, null),
    deps.analytics.templateUses(period),
  ]);
  const { createdAt = asOf, createdBy = null } = replaced ?? {};
  const template = { ...draft, content, id: id ?? draftId, version: 1, createdAt, createdBy, updatedAt: asOf };
  const entry = { template, parsed: inspectTemplate(content).parsed };
  return { period, ...countReach(withDraft(index, entry), entry, uses, experiments) };
}

/** The index as it would be with the draft in it, in the place of the template that it replaces. */
function withDraft(index: TemplateIndex, entry: IndexedTemplate): TemplateIndex {
  const { id, active, moodState, templateType, tierLevel, locale } = entry.template;
  return {
    revision: index.revision,
    holdoutOf: (experiment) => index.holdoutOf(experiment),
    all: () => index.all(),
    at(place) {
      const others = index.at(place).filter(({ template }) => template.id !== id);
      const isThere =
        place.moodState === moodState && place.templateType === templateType && place.tierLevel === tierLevel && place.locale === locale;
      return active && isThere ? [...others, entry].toSorted((a, b) => byRank(a.template, b.template)) : others;
    },
  };
}

interface Use {
  moodState: MoodState;
  tier: UserTier | null;
  templateId: string | null;
  locale: string | null;
}

function readUse(group: string, templateType: string, locales: ReadonlyMap<string, string | null>): Use | null {
  const parts = group.split('/');
  const part = (name: (typeof facts.templates_rendered)[number]) => parts[facts.templates_rendered.indexOf(name)] ?? '';
  const moodState = moodStates.find((state) => state === part('mood'));
  if (part('type') !== templateType || moodState === undefined) return null;
  const templateId = part('template') || null;
  const locale = (templateId === null ? null : locales.get(templateId)) ?? (part('locale') || null);
  return { moodState, tier: userTiers.find((tier) => tier === part('tier')) ?? null, templateId, locale };
}

function countReach(
  index: TemplateIndex,
  draft: IndexedTemplate,
  uses: readonly TemplateUses[],
  experiments: boolean,
): Omit<TemplateReach, 'period'> {
  const { templateType, locale: draftLocale } = draft.template;
  const locales = new Map(Array.from(index.all(), ({ template }) => [template.id, template.locale]));
  const from = new Map<string | null, number>();
  let [renders, won, undecided] = [0, 0, 0];
  for (const { group, n } of uses) {
    const use = readUse(group, templateType, locales);
    if (use === null) continue;
    renders += n;
    const share = shareOf(index, draft, use, experiments);
    if (share > 0) {
      won += n * share;
      from.set(use.templateId, (from.get(use.templateId) ?? 0) + n * share);
    } else if (draftLocale !== null && shareOf(index, draft, { ...use, locale: draftLocale }, experiments) > 0) undecided += n;
  }
  const taken = Array.from(from, ([templateId, count]) => ({ templateId, renders: Math.round(count) }));
  return { renders, won: Math.round(won), undecided, from: taken.toSorted((a, b) => b.renders - a.renders).slice(0, maxNamed) };
}

/** The share of users of such a message that get the draft, from 0 to 1. */
function shareOf(index: TemplateIndex, draft: IndexedTemplate, { moodState, tier, locale }: Use, experiments: boolean): number {
  const { templateType, id } = draft.template;
  const absent = absentVariables({ templateType, tier, customMessage: null });
  const states = new Set<MoodState>(templateType === 'auto_response' ? [moodState, 'neutral'] : [moodState]);
  for (const state of states) {
    const ranked = rankTemplates(index, { moodState: state, templateType, tier, locale, userId: null, experiments });
    for (const { template, parsed } of ranked) {
      if (hindranceOf(parsed, absent) !== null) continue;
      const { experiment } = template;
      if (!experiments || experiment === null) return template.id === id ? 1 : 0;
      // Of the variants at this place each user gets one, by their weights.
      const variants = index
        .at(template)
        .filter((one) => one.template.experiment === experiment && hindranceOf(one.parsed, absent) === null);
      const own = variants.find((one) => one.template.id === id)?.template.weight ?? 0;
      return own / variants.reduce((sum, one) => sum + one.template.weight, 0);
    }
  }
  return 0;
}
