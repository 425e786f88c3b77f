import { describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { auditExportQuerySchema, auditQuerySchema } from './audit.ts';
import { conversationAnsweredSchema, receivedMessageSchema } from './auto-replies.ts';
import { jobDataSchemas } from './jobs.ts';
import { notificationSchema, sentMessageSchema } from './message-service.ts';
import { modelPageQuerySchema, moodOverrideSchema } from './moderation.ts';
import { historyQuerySchema, moodPageQuerySchema, moodUpdateSchema } from './moods.ts';
import { namesQuerySchema } from './people.ts';
import {
  differenceQuerySchema,
  previewRequestSchema,
  templatePageQuerySchema,
  templateRollbackSchema,
  versionPageQuerySchema,
} from './template-administration.ts';
import { saveTemplateSchema } from './template-drafts.ts';
import { templateImportQuerySchema, templateRowSchema } from './template-file.ts';
import { usageQuerySchema } from './template-usage.ts';
import { templateValuesSchema } from './template-values.ts';
import { renderRequestSchema, templateQuerySchema } from './templates.ts';
import { termsAcceptanceRequestSchema } from './terms.ts';

/** All that others write to us. */
const written: Record<string, z.ZodObject> = {
  auditExportQuerySchema,
  auditQuerySchema,
  conversationAnsweredSchema,
  differenceQuerySchema,
  historyQuerySchema,
  modelPageQuerySchema,
  moodOverrideSchema,
  moodPageQuerySchema,
  moodUpdateSchema,
  namesQuerySchema,
  notificationSchema,
  previewRequestSchema,
  receivedMessageSchema,
  renderRequestSchema,
  saveTemplateSchema,
  sentMessageSchema,
  templateImportQuerySchema,
  templatePageQuerySchema,
  templateQuerySchema,
  templateRollbackSchema,
  templateRowSchema,
  templateValuesSchema,
  termsAcceptanceRequestSchema,
  usageQuerySchema,
  versionPageQuerySchema,
  'the job message-received': jobDataSchemas['message-received'],
  'the job conversation-answered': jobDataSchemas['conversation-answered'],
};
const odd = [undefined, null, '', ' ', 'x', 'x'.repeat(5_000), 7, -1, 0.5, 1e21, true, [], [7], {}];
/** How zod begins what it says by itself: "Invalid input: expected string, received undefined". */
const wordsOfTheLibrary = /^(Invalid|Too (small|big))\b/;

describe.each(Object.entries(written))('what is wrong with a field of %s', (_, schema) => {
  test.each(Object.keys(schema.shape))('is said in our words: %s', (field) => {
    const said = odd.flatMap((value) => {
      const { error } = schema.safeParse({ [field]: value });
      return (error?.issues ?? []).flatMap(({ path, message }) => (path[0] === field ? [message] : []));
    });
    expect(said.filter((message) => wordsOfTheLibrary.test(message))).toEqual([]);
  });
});
