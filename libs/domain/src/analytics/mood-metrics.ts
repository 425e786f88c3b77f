import { asOfNow, count } from './metric-entry.ts';
import type { MetricEntry } from './metric-entry.ts';

/** Who uses moods, and how (contract: "Model adoption rate", "Mood change frequency", "Distribution of mood states"). */
export const moodMetrics = [
  {
    name: 'models_known',
    title: 'Models known here',
    unit: 'models',
    definition: 'Models that this system has met, at the end of the period. The platform may have more: the Performer Service knows.',
    groups: [],
    source: { kind: 'known' },
  },
  {
    name: 'models_adopted_7d',
    title: 'Adoption, 7 days',
    unit: 'share',
    definition:
      'Of the models known here: the share that changed their mood themselves at least once in the 7 days before the end of the period.',
    groups: [],
    numerator: 'distinct models with a change by themselves in 7 days',
    denominator: 'models known here',
    source: { kind: 'adopted', days: 7 },
  },
  {
    name: 'models_adopted_30d',
    title: 'Adoption, 30 days',
    unit: 'share',
    definition:
      'Of the models known here: the share that changed their mood themselves at least once in the 30 days before the end of the period.',
    groups: [],
    numerator: 'distinct models with a change by themselves in 30 days',
    denominator: 'models known here',
    source: { kind: 'adopted', days: 30 },
  },
  {
    name: 'moods_active',
    title: 'Active moods',
    unit: 'models',
    definition: `Models whose mood has not expired and is not neutral, or has a message, or replies automatically. ${asOfNow}`,
    groups: [],
    source: { kind: 'active now' },
  },
  {
    name: 'moods_now',
    title: 'Models by current mood',
    unit: 'models',
    definition: `All models known here by the mood in effect, as users see it: an expired one is neutral, and so is a model that never set one, which the time in each mood leaves out. Without groups: those that are not neutral. ${asOfNow}`,
    groups: ['state'],
    source: { kind: 'moods now' },
  },
  {
    name: 'changes',
    title: 'Changes of moods',
    unit: 'changes',
    definition: 'Changes by models, by administrators (overrides) and by the system (ends of moods), by the state that they led to.',
    groups: ['changed_by', 'state'],
    source: count('changes'),
  },
  {
    name: 'changes_per_model',
    title: 'Changes per model and day',
    unit: 'changes',
    definition:
      'Changes by models per day of the time zone and model that changed on it: mean, median or 95th percentile. Without groups: the mean. Models without a change on a day do not count for it.',
    groups: ['statistic'],
    numerator: 'changes by models',
    denominator: 'pairs of a day and a model that changed on it',
    source: { kind: 'changes per model' },
  },
  {
    name: 'state_time_share',
    title: 'Time in each mood',
    unit: 'share',
    definition:
      'Of the time since each model’s first change of its mood: the share that all of them spent in each state, whoever changes often. Models that never set a mood are not in it, though users see them as neutral; the models by current mood count them. Without groups: not neutral.',
    groups: ['state'],
    numerator: 'seconds in the state',
    denominator: 'seconds in all states',
    source: { kind: 'state time' },
  },
  {
    name: 'mood_duration',
    title: 'Duration of moods',
    unit: 'seconds',
    definition:
      'Median time from the start of a mood to its end, of moods that ended in the period: by the model’s next change (hand), by its time (time), or by an override. Moods that go on are not in it, so short ones weigh more.',
    groups: ['ended'],
    source: { kind: 'durations' },
  },
] as const satisfies readonly MetricEntry[];
