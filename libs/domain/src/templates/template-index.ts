import { inspectTemplate } from './parse-template.ts';
import { createTimeSlices } from '../time-slices.ts';
import type { ParsedTemplate, TemplateInspection } from './parse-template.ts';
import type { Template } from './template.ts';

/** An active template, parsed once. */
export interface IndexedTemplate {
  readonly template: Template;
  readonly parsed: ParsedTemplate;
}

/** The exact criteria of a template. */
export type TemplatePlace = Pick<Template, 'moodState' | 'templateType' | 'tierLevel' | 'locale'>;

/** The active templates, by their criteria. */
export interface TemplateIndex {
  /** Of the catalog: everything up to it is in here. */
  readonly revision: number;
  /** The share of users, from 0 to 1, who get no automatic reply where it would come from this experiment. */
  holdoutOf(experiment: string): number;
  /** Templates of exactly this mood, type, tier and locale: by priority, then the newest first. */
  at(place: TemplatePlace): readonly IndexedTemplate[];
  /** All of them. */
  all(): Iterable<IndexedTemplate>;
}

export interface GrowingTemplateIndex extends TemplateIndex {
  /**
   * Adds new and changed templates.
   * @param inspections of templates that were parsed already.
   * @returns active templates that cannot be parsed; they are left out, since a broken row must not stop messages.
   */
  apply(changed: Iterable<Template>, inspections?: ReadonlyMap<Template, TemplateInspection>): Template[];
  /** Notes which revision it has come to, and the holdouts that were decided about meanwhile. In the same turn as `apply`. */
  advance(revision: number, holdouts: Iterable<readonly [experiment: string, share: number]>): void;
}

export function createTemplateIndex(templates: Iterable<Template> = []): GrowingTemplateIndex {
  const places = new Map<string, IndexedTemplate[]>();
  const placeOf = new Map<string, string>();
  const holdoutOf = new Map<string, number>();
  let revision = 0;

  /** Removes all at once: each list is filtered once, however many templates leave it. */
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
    get revision() {
      return revision;
    },
    holdoutOf: (experiment) => holdoutOf.get(experiment) ?? 0,
    at: (place) => places.get(keyOf(place)) ?? [],
    *all() {
      for (const there of places.values()) yield* there;
    },
    advance(to, holdouts) {
      revision = to;
      for (const [experiment, share] of holdouts) holdoutOf.set(experiment, share);
    },
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

/** Parses the active ones of many templates, and yields to the event loop in between. */
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

/** By priority, then the newest first; the id only makes the order definite. */
export function byRank(a: Template, b: Template): number {
  return b.priority - a.priority || b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}
