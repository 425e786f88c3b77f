import { templates as said } from '../../words/en/templates.ts';
import { words } from '../../words/words.ts';
import type { Draft, Field } from './template.ts';

type Value = string | number | boolean | null;

const named: Readonly<Partial<Record<Field, Readonly<Record<string, string>>>>> = {
  moodState: words.common.moods,
  templateType: words.common.types,
  tierLevel: words.common.tiers,
};

/** A value of a field as people read it. */
export function valueInWords(field: Field, value: Value): string {
  if (value === null) return field === 'tierLevel' ? said.anyTier : said.none;
  if (typeof value === 'boolean') return value ? said.yes : said.no;
  return named[field]?.[String(value)] ?? String(value);
}

/** What a version changed, a few words each. @param before the version before it; undefined: it is the first. */
export function changesInWords(before: Draft | undefined, after: Draft): string[] {
  const { fields } = said;
  if (before === undefined) return [said.first];
  const changes: (string | false)[] = [
    before.content !== after.content && fields.content,
    before.active !== after.active && fields.active(after.active),
    before.moodState !== after.moodState && fields.moodState(words.common.moods[after.moodState]),
    before.templateType !== after.templateType && fields.templateType(words.common.types[after.templateType]),
    before.tierLevel !== after.tierLevel && fields.tierLevel(after.tierLevel === null ? '' : words.common.tiers[after.tierLevel]),
    before.locale !== after.locale && fields.locale(after.locale ?? ''),
    before.priority !== after.priority && fields.priority(before.priority, after.priority),
    before.experiment !== after.experiment && fields.experiment(before.experiment ?? '', after.experiment ?? ''),
    before.weight !== after.weight && fields.weight(before.weight, after.weight),
  ];
  const told = changes.filter((change) => change !== false);
  return told.length === 0 ? [said.same] : told;
}
