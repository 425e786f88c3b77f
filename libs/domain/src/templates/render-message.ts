import type { ProcessCounter } from '../analytics/process-counts.ts';
import { templateGroup } from '../analytics/template-group.ts';
import { DependencyUnavailable, DomainError } from '../errors.ts';
import type { Mood } from '../moods/mood.ts';
import { readMoodOrNeutral } from '../moods/read-mood.ts';
import { isMessageShown } from '../moods/shown-message.ts';
import { knownOrNull } from '../platform-ports.ts';
import type { UserDirectory } from '../platform-ports.ts';
import { allowedValues } from './allowed-values.ts';
import type { ValuePolicy } from './allowed-values.ts';
import { areExperimentsOn } from './experiments-switch.ts';
import { templateNotFound } from './find-template.ts';
import type { FindTemplateDependencies, TemplateRequest } from './find-template.ts';
import type { SkippedTemplates, UsageCounter } from './ports.ts';
import { firstRenderable } from './first-renderable.ts';
import type { SkippedTemplate } from './first-renderable.ts';
import { withPrintedMoney } from './money-values.ts';
import type { TemplateValues } from './render-template.ts';
import { rankTemplates } from './select-template.ts';
import type { TemplateCriteria } from './select-template.ts';
import { inertValues, systemValues } from './template-values.ts';
import type { SystemFacts } from './template-values.ts';
import type { IndexedTemplate, TemplateIndex } from './template-index.ts';
import type { Template, TemplateType, TemplateVariable, UserTier } from './template.ts';

export interface RenderRequest extends TemplateRequest {
  /** Values of the caller; they win over the system's own. */
  variables: TemplateValues;
  /** IANA name; UTC when not given. */
  timeZone: string | undefined;
}

export interface RenderedMessage {
  text: string;
  mood: Mood;
  template: Template;
  /** That the template was chosen by; null: none, or experiments are switched off. */
  experiment: string | null;
  /** The mood or the tier is not known because of an outage: the message is for a neutral mood, or for no tier. */
  degraded: boolean;
}

/** `built_in`: an automatic reply with a built-in text, since no template could be rendered. */
export type RenderOutcome = 'rendered' | 'failed' | 'no_template' | 'built_in';

/** Called with the outcome of each message that was to be made from a template of this type. */
export type OnRender = (templateType: TemplateType, outcome: RenderOutcome) => void;

export interface RenderMessageDependencies extends FindTemplateDependencies, ValuePolicy {
  /** Looks up the tier of a user if only the id is given. */
  users: Pick<UserDirectory, 'findUser'>;
  usage: UsageCounter;
  skippedTemplates: SkippedTemplates;
  onRender?: OnRender;
  processCounter?: ProcessCounter;
}

/**
 * Renders the message for a user of a model (contract: "Render Messaging Template") from the best template that can be rendered. Missing
 * values are filled in by the system where it can; a value that the content policy forbids counts as missing.
 * @throws DomainError MODEL_NOT_FOUND, TEMPLATE_NOT_FOUND, TEMPLATE_RENDER_FAILED (every template lacks a value), INVALID_REQUEST (time
 * zone or locale); DependencyUnavailable.
 */
export async function renderMessage(deps: RenderMessageDependencies, request: RenderRequest): Promise<RenderedMessage> {
  try {
    const message = await render(deps, request);
    deps.onRender?.(request.templateType, 'rendered');
    return message;
  } catch (error) {
    const outcome = failureOf(error);
    if (outcome !== undefined) deps.onRender?.(request.templateType, outcome);
    throw error;
  }
}

/** @returns undefined when the request was at fault, and nothing was to be rendered. */
function failureOf(error: unknown): RenderOutcome | undefined {
  if (!(error instanceof DomainError)) return 'failed';
  if (error.code === 'TEMPLATE_NOT_FOUND') return 'no_template';
  return error.code === 'TEMPLATE_RENDER_FAILED' || error.code === 'SYSTEM_ERROR' ? 'failed' : undefined;
}

async function render(deps: RenderMessageDependencies, request: RenderRequest): Promise<RenderedMessage> {
  const { modelId, variables, timeZone, ...criteria } = request;
  const [known, found, index] = await Promise.all([readMoodOrNeutral(deps, modelId), tierOf(deps, request), deps.templates.current()]);
  const { mood } = known;
  const { tier } = found;
  const degraded = known.degraded || found.degraded;
  const given = allowedValues(deps, inertValues(variables));
  let { customMessage } = mood;
  if ((customMessage !== null || given.customMessage !== undefined) && !(await isMessageShown(deps.flags, modelId))) {
    customMessage = null;
    // Nor by way of a caller who has read it before.
    delete given.customMessage;
  }
  const experiments = await areExperimentsOn(deps.flags, criteria.userId);
  const chosenBy = { ...criteria, experiments, tier, moodState: mood.moodState };
  const choose = (modelName: string | null) =>
    chooseText(index, chosenBy, { modelName, customMessage, now: deps.clock(), timeZone }, given);
  let { chosen, skipped } = choose(null);
  const tried = [...skipped, ...(chosen === null ? [] : [chosen])];
  // The performer's name is looked up only if a template uses it.
  if (given.modelName === undefined && tried.some(usesModelName)) {
    const performer = await knownOrNull(deps.performers.findPerformer(mood.modelId));
    if (performer !== null && performer.displayName !== null) ({ chosen, skipped } = choose(performer.displayName));
  }
  const countUse = (fact: 'templates_rendered' | 'templates_failed' | 'templates_skipped', template: Template | null) =>
    deps.processCounter?.count(
      fact,
      templateGroup({ templateType: criteria.templateType, moodState: mood.moodState, tier, template }),
      null,
    );
  for (const { template, missing } of skipped) {
    deps.usage.count(template.id, 'failed');
    countUse('templates_skipped', template);
    deps.skippedTemplates.note(template, missing, chosen !== null);
  }
  if (chosen === null) {
    countUse('templates_failed', skipped[0]?.template ?? null);
    throw noneRenderable(skipped);
  }
  deps.usage.count(chosen.template.id, 'rendered');
  countUse('templates_rendered', chosen.template);
  const { template } = chosen;
  return { text: chosen.text, mood, template, experiment: experiments ? template.experiment : null, degraded };
}

/**
 * The best template that can be rendered for a request, and its text.
 * @param given the caller's values, which win over the system's.
 */
export function chooseText(
  index: TemplateIndex,
  criteria: TemplateCriteria,
  facts: Pick<SystemFacts, 'modelName' | 'customMessage' | 'now' | 'timeZone'>,
  given: TemplateValues,
): ReturnType<typeof firstRenderable> {
  const { moodState, tier } = criteria;
  const locale = criteria.locale ?? undefined;
  const ofSystem = systemValues({ ...facts, moodState, tier, locale });
  return firstRenderable(rankTemplates(index, criteria), withPrintedMoney({ ...ofSystem, ...given }, locale));
}

const usesModelName = ({ parsed }: Pick<IndexedTemplate, 'parsed'>) =>
  parsed.parts.some((part) => part.kind === 'variable' && part.name === 'modelName');

/** @returns the given tier, else the user's; `degraded` when the User Service does not answer, and the tier is null. */
async function tierOf(
  { users }: RenderMessageDependencies,
  { tier, userId }: RenderRequest,
): Promise<{ tier: UserTier | null; degraded: boolean }> {
  if (tier !== null || userId === null) return { tier, degraded: false };
  try {
    return { tier: (await users.findUser(userId))?.tier ?? null, degraded: false };
  } catch (error) {
    if (!(error instanceof DependencyUnavailable)) throw error;
    return { tier: null, degraded: true };
  }
}

/** The error names what the best template lacks. */
function noneRenderable([best]: readonly SkippedTemplate[]): DomainError {
  return best === undefined ? templateNotFound() : renderFailed(best.missing);
}

function renderFailed([first, ...others]: readonly TemplateVariable[]): DomainError {
  if (first === undefined) {
    return new DomainError(
      'TEMPLATE_RENDER_FAILED',
      'The message would be empty. Give values in "variables", or let an administrator add text.',
    );
  }
  const names = [first, ...others].join(', ');
  const [what, them, fallback] = others.length === 0 ? ['a value that is', 'it', 'a fallback'] : ['values that are', 'them', 'fallbacks'];
  return new DomainError(
    'TEMPLATE_RENDER_FAILED',
    `The template needs ${what} not known: ${names}. Give ${them} in "variables", or let an administrator add ${fallback}: {{${first}|…}}.`,
  );
}
