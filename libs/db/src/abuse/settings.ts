import { envMilliseconds, envWholeNumber, setting } from '@mood/runtime';
import { z } from 'zod';

const fromHowMany = (env: string, what: string, usual: string) =>
  setting({
    env,
    doc: `${what} of a model within an hour from which on there is an alert; 0: none`,
    schema: envWholeNumber('a whole number', 0, 1_000_000),
    default: usual,
  });

/** When administrators are alerted, and which. */
export const abuseSettings = {
  abuseLimitRefusals: fromHowMany('ABUSE_LIMIT_REFUSALS_PER_HOUR', 'requests above a limit', '20'),
  abuseContentRefusals: fromHowMany('ABUSE_CONTENT_REFUSALS_PER_HOUR', 'refused texts', '10'),
  abuseChanges: fromHowMany('ABUSE_CHANGES_PER_HOUR', 'changes of the mood', '40'),
  abuseAlertRecipients: setting({
    env: 'ABUSE_ALERT_RECIPIENTS',
    doc: 'administrators whom the Message Service tells of alerts, by their IDs, separated by commas; none when absent',
    schema: z
      .string()
      .optional()
      .transform((text) => (text === undefined ? [] : text.split(',').map((id) => id.trim().toLowerCase())))
      .pipe(z.array(z.guid('expected UUIDs with commas between them')).transform((ids) => [...new Set(ids)])),
  }),
  abuseCheckEveryMs: setting({
    env: 'ABUSE_CHECK_EVERY_MS',
    doc: 'milliseconds between two looks for abuse',
    schema: envMilliseconds,
    default: '60000',
  }),
};
