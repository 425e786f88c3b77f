import { DomainError } from '../errors.ts';
import type { Mood } from '../moods/mood.ts';
import { knownOrNull } from '../platform-ports.ts';
import { allowedValues } from './allowed-values.ts';
import type { ValuePolicy } from './allowed-values.ts';
import { findTemplate } from './find-template.ts';
import type { FindTemplateDependencies, TemplateRequest } from './find-template.ts';
import type { UsageCounter } from './ports.ts';
import { withPrintedMoney } from './money-values.ts';
import { renderTemplate } from './render-template.ts';
import type { TemplateValues } from './render-template.ts';
import { inertValues, systemValues } from './template-values.ts';
import type { Template, TemplateVariable } from './template.ts';

export interface RenderRequest extends TemplateRequest {
  /** They go before what the system knows by itself. */
  variables: TemplateValues;
  /** IANA name; UTC when not given. */
  timeZone: string | undefined;
}

export interface RenderedMessage {
  text: string;
  mood: Mood;
  template: Template;
  /** The mood could not be found out: the message is one of a neutral mood. */
  degraded: boolean;
}

export interface RenderMessageDependencies extends FindTemplateDependencies, ValuePolicy {
  usage: UsageCounter;
}

/**
 * The message that a user of a model gets now (contract: "Render Messaging Template"). What the caller does not give, the system
 * fills in where it can; a value that the content policy forbids counts as not given.
 * @throws DomainError MODEL_NOT_FOUND, TEMPLATE_NOT_FOUND, TEMPLATE_RENDER_FAILED (a value is missing), INVALID_REQUEST (time zone
 * or locale); DependencyUnavailable.
 */
export async function renderMessage(deps: RenderMessageDependencies, request: RenderRequest): Promise<RenderedMessage> {
  const { variables, timeZone, ...wanted } = request;
  const { template, parsed, mood, degraded } = await findTemplate(deps, wanted);
  const given = allowedValues(deps, inertValues(variables));
  const uses = (name: TemplateVariable) => parsed.parts.some((part) => part.kind === 'variable' && part.name === name);
  const performer =
    uses('modelName') && given.modelName === undefined ? await knownOrNull(deps.performers.findPerformer(mood.modelId)) : null;
  const known = systemValues({
    moodState: mood.moodState,
    tier: request.tier,
    modelName: performer?.displayName ?? null,
    customMessage: mood.customMessage,
    now: deps.clock(),
    timeZone,
    locale: request.locale ?? undefined,
  });
  const rendered = renderTemplate(parsed, withPrintedMoney({ ...known, ...given }, request.locale ?? undefined));
  deps.usage.count(template.id, rendered.ok ? 'rendered' : 'failed');
  if (!rendered.ok) throw renderFailed(rendered.missing);
  return { text: rendered.text, mood, template, degraded };
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
