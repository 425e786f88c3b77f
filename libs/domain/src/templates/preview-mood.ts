import type { Flags } from '../flags/ports.ts';
import { invalidEnd } from '../moods/change-mood.ts';
import type { MoodState } from '../moods/mood.ts';
import { neverSetMood } from '../moods/mood.ts';
import { isMessageShown } from '../moods/shown-message.ts';
import { knownOrNull } from '../platform-ports.ts';
import type { PerformerDirectory } from '../platform-ports.ts';
import type { ContentPolicy } from '../text/content-policy.ts';
import { inspectCustomMessage } from '../text/custom-message.ts';
import type { InspectedMessage } from '../text/custom-message.ts';
import { allowedValues } from './allowed-values.ts';
import { composeMessage } from './compose-message.ts';
import { areExperimentsOn } from './experiments-switch.ts';
import type { TemplateSource } from './ports.ts';
import type { TemplateValues } from './render-template.ts';
import { chooseText } from './render-message.ts';
import { inertValues } from './template-values.ts';
import { templateTypes, userTiers } from './template.ts';
import type { TemplateType, UserTier } from './template.ts';

export interface MoodDraft {
  modelId: string;
  moodState: MoodState;
  /** As typed. */
  customMessage: string | null;
  /** null: never. */
  expiresAt: Date | null;
  /** Of the user who would read the texts. */
  userName: string;
  /** BCP 47 tag; null: not known. */
  locale: string | null;
  /** IANA name; UTC when not given. */
  timeZone: string | undefined;
}

/** What a user of this tier would read. */
export interface PreviewedText {
  templateType: TemplateType;
  /** null: not known. */
  tier: UserTier | null;
  /** null: no template of the mood fits and can be rendered, and the caller of the render route would be told so. */
  text: string | null;
  /** null without a text, and for the built-in text of an automatic reply. */
  template: { id: string; version: number } | null;
}

export interface MoodPreview {
  message: InspectedMessage;
  /** false: users see no message of this model now (the flag `custom-messages.show`). */
  isMessageShown: boolean;
  texts: PreviewedText[];
}

export interface PreviewMoodDependencies {
  contentPolicy: ContentPolicy;
  flags: Flags;
  performers: Pick<PerformerDirectory, 'findPerformer'>;
  templates: TemplateSource;
  clock: () => Date;
}

/** A tip for the preview of its thanks; the caller of the render route gives the true one. */
const sampleAmount = '50';
const tiers: readonly (UserTier | null)[] = [null, ...userTiers];

/**
 * What users would read of a mood that is not set yet: each type of message for each tier, as `renderMessage` and automatic replies choose
 * and render it for a user whose id is not known. A message that would be refused counts as absent. Nothing is written or counted.
 * @throws DomainError INVALID_REQUEST (time zone or locale), INVALID_EXPIRES_AT (setting it now would be refused); DependencyUnavailable (the templates were never read).
 */
export async function previewMood(deps: PreviewMoodDependencies, draft: MoodDraft): Promise<MoodPreview> {
  const { modelId, moodState, expiresAt, locale, timeZone } = draft;
  const now = deps.clock();
  if (expiresAt !== null && expiresAt <= now) throw invalidEnd('end_is_over');
  const [performer, index] = await Promise.all([knownOrNull(deps.performers.findPerformer(modelId)), deps.templates.current()]);
  const message = inspectCustomMessage(draft.customMessage, deps.contentPolicy);
  const modelName = performer?.displayName ?? null;
  const { userName } = allowedValues({ ...deps, refusedValues: { count: () => undefined } }, inertValues({ userName: draft.userName }));
  const isShown = await isMessageShown(deps.flags, modelId);
  const customMessage = isShown ? message.text : null;
  const experiments = await areExperimentsOn(deps.flags, null);
  const mood = { ...neverSetMood(modelId, now), moodState, customMessage };

  function textFor(templateType: TemplateType, tier: UserTier | null): Omit<PreviewedText, 'templateType' | 'tier'> {
    const criteria = { templateType, tier, locale, userId: null, experiments };
    if (templateType === 'auto_response') {
      const { text, template } = composeMessage({ ...criteria, index, mood, userName: userName ?? null, modelName, now, timeZone });
      return { text, template: template === null ? null : { id: template.id, version: template.version } };
    }
    const given: TemplateValues = {
      ...(userName !== undefined && { userName }),
      ...(templateType === 'tip_thank_you' && { amount: sampleAmount }),
    };
    const facts = { modelName, customMessage, now, timeZone };
    const { chosen } = chooseText(index, { ...criteria, moodState }, facts, given);
    if (chosen === null) return { text: null, template: null };
    return { text: chosen.text, template: { id: chosen.template.id, version: chosen.template.version } };
  }

  const texts = templateTypes.flatMap((templateType) => tiers.map((tier) => ({ templateType, tier, ...textFor(templateType, tier) })));
  return { message, isMessageShown: isShown, texts };
}
