import { canonicalLocale, maxLocaleLength, templateTypes, templateVariables, userTiers } from '@mood/domain/vocabulary';
import { z } from 'zod';

export const templateTypeSchema = z.enum(templateTypes, `expected one of ${templateTypes.join(', ')}`).meta({ id: 'TemplateType' });

export const userTierSchema = z.enum(userTiers, `expected one of ${userTiers.join(', ')}`).meta({ id: 'UserTier' });

export const variableNamesSchema = z
  .array(z.enum(templateVariables))
  .meta({ description: 'Each variable that the template uses, once, in order of first appearance.', example: ['userName', 'amount'] });

const localeTag = `expected a BCP 47 tag such as en, fr-CA or zh-Hant, of at most ${maxLocaleLength} characters`;

export const localeSchema = z
  .string(localeTag)
  .min(1, { error: localeTag, abort: true })
  .max(maxLocaleLength, { error: localeTag, abort: true })
  .refine((tag) => canonicalLocale(tag) !== null, localeTag)
  .overwrite((tag) => canonicalLocale(tag) ?? tag);

/** The locale of the user whom a message is for. */
export const requestLocaleSchema = localeSchema.meta({
  description:
    'BCP 47 tag of the user’s locale; `_` may stand for `-`. Decides about templates (the locale, then what is near it, then none), time, date and amounts.',
  example: 'fr-CA',
});

const zoneName = 'expected an IANA time zone such as Europe/Paris';

export const timeZoneSchema = z
  .string(zoneName)
  .min(1, zoneName)
  .max(64, zoneName)
  .meta({ description: 'IANA time zone of `time` and `date`; UTC when absent.', example: 'Europe/Paris' });

const experimentName = 'expected 1 to 60 of A-Z a-z 0-9 . _ -, beginning with a letter or a digit';
export const experimentSchema = z.string(experimentName).regex(/^[A-Za-z0-9][\w.-]{0,59}$/, experimentName);
