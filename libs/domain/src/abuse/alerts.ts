/**
 * What an alert can be about, each per model and hour: requests above a limit, texts that the content policy forbids, changes of the mood by
 * the model itself.
 */
export const abuseRules = ['limit_refusals', 'content_refusals', 'changes'] as const;
export type AbuseRule = (typeof abuseRules)[number];

/** `open`: nobody has looked at it. `acknowledged`: an administrator has. `closed`: it was quiet for an hour, looked at or not. */
export const alertStatuses = ['open', 'acknowledged', 'closed'] as const;
export type AlertStatus = (typeof alertStatuses)[number];

/** From so many within an hour on there is an alert; 0: never. */
export type AbuseThresholds = Record<AbuseRule, number>;

export interface AbuseAlert {
  id: string;
  modelId: string;
  rule: AbuseRule;
  status: AlertStatus;
  /** Of the rule when the alert was opened. */
  threshold: number;
  /** How many there were within the hour before the last check that was at the threshold or above. */
  count: number;
  /** The most that a check has counted. */
  peak: number;
  openedAt: Date;
  /** The last check that was at the threshold or above. */
  lastSeenAt: Date;
  closedAt: Date | null;
  acknowledgedAt: Date | null;
  acknowledgedBy: string | null;
  note: string | null;
}

/** Undefined fields do not filter. */
export interface AlertFilter {
  status?: AlertStatus | undefined;
  rule?: AbuseRule | undefined;
  modelId?: string | undefined;
}

/** Alerts for administrators. */
export interface AlertStore {
  /**
   * Newest first, stable while alerts are opened.
   * @param cursor of an earlier page; null for the first.
   * @throws DomainError INVALID_REQUEST for an invalid cursor.
   */
  list(filter: AlertFilter, page: { limit: number; cursor: string | null }): Promise<{ alerts: AbuseAlert[]; nextCursor: string | null }>;
  /** The first acknowledgement counts. @returns the alert as it is then; null when there is none. */
  acknowledge(id: string, by: { adminUserId: string; note: string }): Promise<AbuseAlert | null>;
}

/** @returns "12 texts were"; of one "1 text was". */
const many = (count: number, what: string) => (count === 1 ? `1 ${what} was` : `${count} ${what}s were`);

const words: Readonly<Record<AbuseRule, (count: number) => string>> = {
  limit_refusals: (count) => `${many(count, 'request')} refused because of a limit`,
  content_refusals: (count) => `${many(count, 'text')} refused because of ${count === 1 ? 'its' : 'their'} content`,
  changes: (count) => `the mood was changed ${count === 1 ? 'once' : `${count} times`}`,
};

/** What administrators are told, in fixed words. @returns "Model …: within an hour 12 texts were refused …". */
export function alertText({ modelId, rule, count }: { modelId: string; rule: AbuseRule; count: number }): string {
  return `Model ${modelId}: within an hour ${words[rule](count)}. Look at the alerts of mood messaging, and acknowledge this one.`;
}
