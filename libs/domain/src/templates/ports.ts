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

/** The active templates, held in memory and never older than a second. */
export interface TemplateSource {
  /** Costs nothing once it is loaded. @throws DependencyUnavailable when it could never be loaded. */
  current(): Promise<TemplateIndex>;
  /** Brings this process up to date now: whoever made a change sees it in the next render. */
  refresh(): Promise<void>;
}

export interface Page {
  limit: number;
  offset: number;
}

/** What is absent is not filtered by. */
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
  /** It is so already: nothing was written. */
  | { kind: 'unchanged'; template: Template }
  | { kind: 'not_found' }
  /** Somebody changed it since: nothing was written. */
  | { kind: 'stale'; currentVersion: number };

/** A row of an import: without an id it is a new template, unless one that equals it is there. */
export interface ImportRow extends TemplateDraft {
  id?: string | undefined;
}

export interface ImportedTemplate {
  id: string;
  outcome: 'created' | 'changed' | 'left';
}

/** Told of work that takes long. May be awaited, so that other work gets its turn. */
export type Progress = (step: 'checked' | 'written', done: number, total: number) => void | Promise<void>;

export interface ImportOptions {
  /** Finds out what would happen, and writes nothing. */
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
  /** Newest first; stable. */
  list(filter: TemplateFilter, page: Page): Promise<{ templates: Template[]; total: number }>;
  /** Every template of a mood and type, active or not. */
  candidates(moodState: MoodState, templateType: TemplateType): Promise<Template[]>;
  /** Newest first. Versions have no gaps: `total` is the newest. null when there is no such template. */
  versions(id: string, page: Page): Promise<{ versions: TemplateVersion[]; total: number } | null>;
  findVersion(id: string, version: number): Promise<TemplateVersion | null>;
  /** Every template once, oldest first, in batches: a template that is changed meanwhile is as it was before or after. */
  batches(): AsyncIterable<Template[]>;
  /** Every template, oldest first. */
  all(): Promise<Template[]>;
  /** All or nothing, in one transaction. @returns what became of each row, in their order. */
  importAll(rows: readonly ImportRow[], change: TemplateChange, options: ImportOptions): Promise<ImportedTemplate[]>;
  /** The days from `from` to `to` (both included, `2026-01-02`) on which something happened, oldest first. */
  usage(id: string, from: string, to: string): Promise<TemplateUsage[]>;
}

/** Told of each template that fits and could not be rendered for want of a value. */
export interface SkippedTemplates {
  /** @param replaced whether a stored template that ranks lower took its place. */
  note(template: Template, missing: readonly TemplateVariable[], replaced: boolean): void;
}

/** Counts what happens with templates, in memory; what was counted is stored every few seconds. */
export interface UsageCounter {
  count(templateId: string, outcome: UsageOutcome): void;
}
