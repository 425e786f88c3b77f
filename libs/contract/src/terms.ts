import { currentTerms } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { timestampSchema } from './fields.ts';

export const termsSchema = z
  .object({
    version: z.string().meta({ example: currentTerms.version }),
    text: z.string(),
    acceptedAt: timestampSchema.nullable().meta({ description: 'When the model who asks accepted this version; null for everyone else.' }),
  })
  .meta({ id: 'Terms' });

export const termsAcceptanceRequestSchema = z
  .strictObject({
    accept: z.literal(true, 'expected true').meta({ description: 'Consent has to be said.' }),
    version: z
      .string('expected the version of the terms that were read')
      .max(40)
      .meta({ description: '`version` of the terms that were read (GET).', example: currentTerms.version }),
  })
  .meta({ id: 'TermsAcceptanceRequest' });

export const termsAcceptanceSchema = z.object({ version: z.string(), acceptedAt: timestampSchema }).meta({ id: 'TermsAcceptance' });
