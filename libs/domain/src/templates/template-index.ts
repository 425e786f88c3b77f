import { inspectTemplate } from './parse-template.ts';
import { createTimeSlices } from '../time-slices.ts';
import type { ParsedTemplate, TemplateInspection } from './parse-template.ts';
import type { Template } from './template.ts';

/** A template that is in use, read once. */
export interface IndexedTemplate {
  readonly template: Template;
  readonly parsed: ParsedTemplate;
}

/** What a template is for, exactly. */
export type TemplatePlace = Pick<Template, 'moodState' | 'templateType' | 'tierLevel' | 'locale'>;

/** The active templates by what they are for. */
export interface TemplateIndex {
  /** Those of exactly this mood, type, tier and locale: the higher priority first, of equals the newer. */
  at(place: TemplatePlace): readonly IndexedTemplate[];
}

export interface GrowingTemplateIndex extends TemplateIndex {
  /**
   * Takes in templates that are new or have changed.
   * @param inspections of those that were read already.
   * @returns those that are active and cannot be read, which are left out: a broken row in the store must not hold up a message.
   */
  apply(changed: Iterable<Template>, inspections?: ReadonlyMap<Template, TemplateInspection>): Template[];
}

export function createTemplateIndex(templates: Iterable<Template> = []): GrowingTemplateIndex {
  const places = new Map<string, IndexedTemplate[]>();
  const placeOf = new Map<string, string>();

  /** All at once: each place is gone through one time, however many leave it. */
  function takeOut(ids: Iterable<string>): void {
    const left = new Set<string>();
    for (const id of ids) {
      const key = placeOf.get(id);
      if (key !== undefined && placeOf.delete(id)) left.add(key);
    }
    for (const key of left) {
      const there = places.get(key) ?? [];
      places.set(
        key,
        there.filter(({ template }) => placeOf.has(template.id)),
      );
    }
  }

  const index: GrowingTemplateIndex = {
    at: (place) => places.get(keyOf(place)) ?? [],
    apply(changed, inspections) {
      const unusable: Template[] = [];
      const touched = new Set<string>();
      const latest = new Map(Array.from(changed, (template) => [template.id, template]));
      takeOut(latest.keys());
      for (const template of latest.values()) {
        if (!template.active) continue;
        const { parsed, problems } = inspections?.get(template) ?? inspectTemplate(template.content);
        if (problems.length > 0) {
          unusable.push(template);
          continue;
        }
        const key = keyOf(template);
        const there = places.get(key);
        if (there === undefined) places.set(key, [{ template, parsed }]);
        else there.push({ template, parsed });
        placeOf.set(template.id, key);
        touched.add(key);
      }
      for (const key of touched)
        places.set(
          key,
          (places.get(key) ?? []).toSorted((a, b) => byRank(a.template, b.template)),
        );
      return unusable;
    },
  };
  index.apply(templates);
  return index;
}

/** Reads the active ones of many templates, and leaves others their turn in between. */
export async function inspectTemplates(templates: readonly Template[]): Promise<Map<Template, TemplateInspection>> {
  const giveWay = createTimeSlices();
  const inspections = new Map<Template, TemplateInspection>();
  for (const template of templates) {
    if (template.active) inspections.set(template, inspectTemplate(template.content));
    await giveWay();
  }
  return inspections;
}

const keyOf = ({ moodState, templateType, tierLevel, locale }: TemplatePlace) =>
  `${moodState} ${templateType} ${tierLevel ?? '-'} ${locale ?? '-'}`;

/** The higher priority first, of equals the newer; the id only makes it certain. */
export function byRank(a: Template, b: Template): number {
  return b.priority - a.priority || b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}
