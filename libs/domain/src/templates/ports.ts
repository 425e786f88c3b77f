import type { MoodState } from '../moods/mood.ts';
import type { TemplateIndex } from './template-index.ts';
import type {
  Template,
  TemplateChange,
  TemplateDraft,
  TemplateType,
  TemplateUsage,
  TemplateVariable,
  TemplateVersion,
  UsageOutcome,
  UserTier,
} from './template.ts';

/** The active templates, kept in memory and at most a second old. */
export interface TemplateSource {
  /** Free once loaded. @throws DependencyUnavailable when the templates were never loaded. */
  current(): Promise<TemplateIndex>;
  /** Reloads changes now, so that whoever made one sees it in the next render. */
  refresh(): Promise<void>;
}

export interface Page {
  limit: number;
  offset: number;
}

/** A page of the list of templates: after the place of a cursor, if there is one; else from the newest on. */
export interface TemplatePage extends Page {
  /** `nextCursor` of the page before. */
  cursor?: string | null;
}

/** Absent fields do not filter. */
export interface TemplateFilter {
  moodState?: MoodState | undefined;
  templateType?: TemplateType | undefined;
  /** null: templates without tier. */
  tierLevel?: UserTier | null | undefined;
  active?: boolean | undefined;
  /** null: templates without locale. */
  locale?: string | null | undefined;
  experiment?: string | undefined;
}

export type TemplateUpdate =
  | { kind: 'changed'; template: Template }
  /** Nothing differs, so nothing was written. */
  | { kind: 'unchanged'; template: Template }
  | { kind: 'not_found' }
  /** Somebody else changed the template meanwhile, so nothing was written. */
  | { kind: 'stale'; currentVersion: number };

/** A row of an import. Without an id it creates a template, unless an equal one exists. */
export interface ImportRow extends TemplateDraft {
  id?: string | undefined;
}

/** A row of an import that is no template, and what can be read of it all the same: whatever else is wrong with it is told in one go. */
export interface RefusedRow {
  /** `templates[2].content: expected text; templates[2].priority: …`. */
  refused: string;
  id?: string | undefined;
  content?: string | undefined;
}

export interface ImportedTemplate {
  id: string;
  outcome: 'created' | 'changed' | 'left';
}

/** Called during long work. May be awaited, so that other work gets its turn. */
export type Progress = (step: 'checked' | 'written', done: number, total: number) => void | Promise<void>;

export interface ImportOptions {
  /** Only reports what would happen; nothing is written. */
  dryRun: boolean;
  progress: Progress;
}

/** Templates and their versions. Every change appends a version in the same transaction; what changes nothing appends none. All throw DependencyUnavailable. */
export interface TemplateStore {
  create(draft: TemplateDraft, change: TemplateChange): Promise<Template>;
  /** @param expectedVersion the version that was edited; null: whatever is current. */
  update(id: string, draft: TemplateDraft, expectedVersion: number | null, change: TemplateChange): Promise<TemplateUpdate>;
  /** Appends a version that equals an old one, unless the template does already. @returns null when there is no such template or version. */
  rollBack(id: string, version: number, change: TemplateChange): Promise<Template | null>;
  find(id: string): Promise<Template | null>;
  /**
   * Newest first; stable. `total` is of all pages.
   * @returns nextCursor: where the page ends; null when there is no more. @throws DomainError INVALID_REQUEST for a cursor that is none.
   */
  list(filter: TemplateFilter, page: TemplatePage): Promise<{ templates: Template[]; total: number; nextCursor: string | null }>;
  /** Every template of a mood and type, active or not. */
  candidates(moodState: MoodState, templateType: TemplateType): Promise<Template[]>;
  /** Newest first. Versions have no gaps: `total` is the newest. null when there is no such template. */
  versions(id: string, page: Page): Promise<{ versions: TemplateVersion[]; total: number } | null>;
  findVersion(id: string, version: number): Promise<TemplateVersion | null>;
  /** Every template once, oldest first, in batches. A template that changes meanwhile appears as before or as after. */
  batches(): AsyncIterable<Template[]>;
  /** Every template, oldest first. */
  all(): Promise<Template[]>;
  /** Writes all rows, or none, in one transaction. @returns the result of each row, in order. */
  importAll(rows: readonly ImportRow[], change: TemplateChange, options: ImportOptions): Promise<ImportedTemplate[]>;
  /** Usage per day from `from` to `to` (inclusive, `2026-01-02`), only days with usage, oldest first. */
  usage(id: string, from: string, to: string): Promise<TemplateUsage[]>;
}

/** Called for each template that fits and was skipped because a value is missing. */
export interface SkippedTemplates {
  /** @param replaced whether a template with a lower rank was used instead. */
  note(template: Template, missing: readonly TemplateVariable[], replaced: boolean): void;
}

/** Counts the usage of templates in memory; the counts are stored every few seconds. */
export interface UsageCounter {
  count(templateId: string, outcome: UsageOutcome): void;
}
