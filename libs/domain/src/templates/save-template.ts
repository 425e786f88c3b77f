import { DependencyUnavailable, DomainError } from '../errors.ts';
import type { ContentPolicy } from '../text/content-policy.ts';
import { requireGoodContent } from './check-content.ts';
import { templateNotFound } from './find-template.ts';
import type { TemplateSource, TemplateStore } from './ports.ts';
import type { Template, TemplateChange, TemplateDraft } from './template.ts';

export interface EditTemplatesDependencies {
  templateStore: TemplateStore;
  /** Reloaded after the change, so that whoever made it sees it. */
  templates: Pick<TemplateSource, 'refresh'>;
  contentPolicy: ContentPolicy;
}

/** Which template is replaced, and which version of it was edited; null: the current one. */
export interface EditedTemplate {
  id: string;
  version: number | null;
}

/**
 * Creates a template, or replaces one as a new version; one that is so already keeps its version (contract: "Create/Update Messaging Template").
 * @throws DomainError INVALID_TEMPLATE, TEMPLATE_NOT_FOUND, VERSION_CONFLICT (somebody else changed it since: nothing was written).
 */
export async function saveTemplate(
  deps: EditTemplatesDependencies,
  change: TemplateChange,
  draft: TemplateDraft,
  edited: EditedTemplate | null,
): Promise<Template> {
  const checked = { ...draft, content: requireGoodContent(draft.content, deps.contentPolicy) };
  const template =
    edited === null ? await deps.templateStore.create(checked, change) : await replace(deps.templateStore, change, checked, edited);
  await showChange(deps);
  return template;
}

/** Makes an old version current again, as a new one unless the current one equals it. @throws DomainError TEMPLATE_NOT_FOUND. */
export async function rollBackTemplate(
  deps: EditTemplatesDependencies,
  change: TemplateChange,
  { id, version }: { id: string; version: number },
): Promise<Template> {
  const template = await deps.templateStore.rollBack(id, version, change);
  if (template === null) throw templateNotFound(`There is no version ${version} of template ${id}.`);
  await showChange(deps);
  return template;
}

/**
 * Reloads the templates of this process, so that whoever made a change sees it in the next render. The change is stored already: if the
 * database fails now, it appears once the database is back.
 */
export async function showChange({ templates }: Pick<EditTemplatesDependencies, 'templates'>): Promise<void> {
  try {
    await templates.refresh();
  } catch (error) {
    if (!(error instanceof DependencyUnavailable)) throw error;
  }
}

async function replace(
  store: TemplateStore,
  change: TemplateChange,
  draft: TemplateDraft,
  { id, version }: EditedTemplate,
): Promise<Template> {
  const outcome = await store.update(id, draft, version, change);
  switch (outcome.kind) {
    case 'changed':
    case 'unchanged':
      return outcome.template;
    case 'not_found':
      throw templateNotFound(`There is no template ${id}.`);
    case 'stale':
      throw new DomainError(
        'VERSION_CONFLICT',
        `You edited version ${version}, and version ${outcome.currentVersion} is current. Read the template again, and repeat your change on it.`,
      );
  }
}
