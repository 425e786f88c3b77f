import { setTimeout as pause } from 'node:timers/promises';
import { jobDataSchemas } from '@mood/contract/jobs';
import { describeIssues } from '@mood/domain';
import { describeError } from '@mood/runtime';
import type { z } from 'zod';
import { cancelledBody, takenBody } from './answer-bodies.ts';
import { createApi } from './api.ts';
import { checkedNumber, checkedToken, checkedUrl } from './checked-options.ts';
import { createLine } from './line.ts';
import type { TokenSource } from './mood-api.ts';
import { MoodClientError, Outage } from './mood-client-error.ts';
import type { AnsweredConversation, Intake, ReceivedMessage } from './reports.ts';

/**
 * Why a report did not get there: it is none (`not-a-report`), the mood system refused it (`refused`) or did not take it within
 * `patienceMs` (`unavailable`), too many were waiting already (`full`), or the reporter was closed (`closed`).
 */
export type LostReason = 'not-a-report' | 'refused' | 'unavailable' | 'full' | 'closed';

/** A report that the mood system has not got, or of which we do not know. Telling it again is harmless. */
export interface LostReport {
  call: 'messageReceived' | 'conversationAnswered';
  report: ReceivedMessage | AnsweredConversation;
  reason: LostReason;
  /** What went wrong, in one line for a log. No tokens. */
  cause: string;
  error: MoodClientError;
}

type NotReported = { reported: false } & LostReport;
export type ReportOutcome = { reported: true } | NotReported;
/** With what the mood system decided about the message: when its automatic reply is due, or why there is none. */
export type MessageOutcome = { reported: true; intake: Intake } | NotReported;

export interface ReporterOptions {
  /** Of the API, without the path: `https://mood.example`. */
  baseUrl: string;
  /** A service token with the scope `auto-replies:write`, or what makes one. Asked for at every attempt. */
  token: TokenSource;
  /** Milliseconds for one attempt. 1 to 60,000; default 2,000. */
  timeoutMs?: number;
  /** Milliseconds for which a report is tried again. 0 to 900,000; default 60,000. A reply that is far too late is not sent any more. */
  patienceMs?: number;
  /** How many reports may wait at a time; one more is lost as `full`. 1 to 100,000; default 1,000. */
  maxPending?: number;
  /** Whether a call rejects when its report is lost, instead of saying so in its answer. Default false. */
  throwWhenLost?: boolean;
  /** Told of each report that is lost. Its own failures are ignored. */
  onLost?: (lost: LostReport) => unknown;
}

/**
 * Tells the mood system over REST what happens in conversations. No call needs to be awaited, and none rejects unless `throwWhenLost`
 * is set (then with a MoodClientError).
 */
export interface Reporter {
  messageReceived(message: ReceivedMessage): Promise<MessageOutcome>;
  conversationAnswered(answer: AnsweredConversation): Promise<ReportOutcome>;
  /** How many reports are on their way. */
  readonly pending: number;
  /** How many were lost since the reporter was made, by reason. */
  readonly lost: Readonly<Record<LostReason, number>>;
  /** Takes no more reports, waits up to `withinMs` (default 4,000) for those on their way, and gives the others up as `closed`. */
  close(withinMs?: number): Promise<void>;
}

const defaultCloseMs = 4_000;

interface Kind<T> {
  call: LostReport['call'];
  path: string;
  data: z.ZodType;
  answer: z.ZodType<T>;
}

const received: Kind<Intake> = {
  call: 'messageReceived',
  path: '/auto-replies',
  data: jobDataSchemas['message-received'],
  answer: takenBody,
};
const answered: Kind<unknown> = {
  call: 'conversationAnswered',
  path: '/auto-replies/answered',
  data: jobDataSchemas['conversation-answered'],
  answer: cancelledBody,
};

/** @throws TypeError for options that no report could be sent with. */
export function createReporter(options: ReporterOptions): Reporter {
  const { onLost, throwWhenLost = false } = options;
  const timeoutMs = checkedNumber('timeoutMs', options.timeoutMs ?? 2_000, 1, 60_000);
  const patienceMs = checkedNumber('patienceMs', options.patienceMs ?? 60_000, 0, 900_000);
  const maxPending = checkedNumber('maxPending', options.maxPending ?? 1_000, 1, 100_000);
  const api = createApi({ baseUrl: checkedUrl(options.baseUrl), token: checkedToken(options.token, 'auto-replies:write') });
  const line = createLine({ api, timeoutMs, patienceMs });
  const lost = { 'not-a-report': 0, refused: 0, unavailable: 0, full: 0, closed: 0 };
  const pending = new Set<Promise<unknown>>();
  let isClosed = false;

  async function send<T>({ path, data, answer }: Kind<T>, given: LostReport['report']): Promise<T> {
    const read = data.safeParse(given);
    if (!read.success) throw new Loss('not-a-report', 'INVALID_REQUEST', describeIssues(read.error.issues));
    if (isClosed) throw new Loss('closed', 'UNREACHABLE', 'The reporter was closed before.');
    if (pending.size >= maxPending) throw new Loss('full', 'UNREACHABLE', `${maxPending} reports are waiting already.`);
    const sent = line.send({ method: 'POST', path, body: JSON.stringify(read.data), shape: answer });
    pending.add(sent);
    try {
      return await sent;
    } finally {
      pending.delete(sent);
    }
  }

  async function report<T>(kind: Kind<T>, given: LostReport['report']): Promise<{ reported: true; answer: T } | NotReported> {
    const { call } = kind;
    try {
      return { reported: true, answer: await send(kind, given) };
    } catch (caught) {
      const error = caught instanceof MoodClientError ? caught : new MoodClientError(null, 'SYSTEM_ERROR', describeError(caught));
      const reason = caught instanceof Loss ? caught.reason : caught instanceof Outage ? 'unavailable' : 'refused';
      const loss: LostReport = { call, report: given, reason, cause: describeError(error), error };
      lost[reason] += 1;
      await tell(loss);
      if (throwWhenLost) throw error;
      return { reported: false, ...loss };
    }
  }

  /** Who cannot take note of a loss must not fail the message for it. */
  async function tell(loss: LostReport): Promise<void> {
    try {
      await onLost?.(loss);
    } catch {
      return;
    }
  }

  return {
    async messageReceived(message) {
      const outcome = await report(received, message);
      return outcome.reported ? { reported: true, intake: outcome.answer } : outcome;
    },
    async conversationAnswered(answer) {
      const outcome = await report(answered, answer);
      return outcome.reported ? { reported: true } : outcome;
    },
    get pending() {
      return pending.size;
    },
    lost,
    async close(withinMs = defaultCloseMs) {
      isClosed = true;
      const stop = new AbortController();
      const inTime = pause(withinMs, undefined, { signal: stop.signal }).catch(() => {});
      await Promise.race([Promise.allSettled(pending), inTime]);
      stop.abort();
      line.cut(new Loss('closed', 'UNREACHABLE', 'The reporter was closed before the mood system had taken it.'));
      await Promise.allSettled(pending);
    },
  };
}

class Loss extends MoodClientError {
  readonly reason: LostReason;

  constructor(reason: LostReason, code: string, message: string) {
    super(null, code, message);
    this.reason = reason;
  }
}
