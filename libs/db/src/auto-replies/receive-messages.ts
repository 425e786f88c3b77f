import type { Carrier, ConflictingReport, IgnoreReason, IntakeOutcome, IntakeRules, ReceivedMessage } from '@mood/domain';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../database.ts';
import { groupCalls, inOrderOfCalls, numbered } from '../group-calls.ts';
import { toJson } from '../json.ts';
import { statement } from '../statement.ts';

interface Intake {
  message: ReceivedMessage;
  rules: IntakeRules;
  carrier: Carrier | null;
}

interface IntakeRow {
  outcome: 'scheduled' | 'joined' | 'conflict' | IgnoreReason;
  auto_reply_id: string;
  due_at: Date;
  is_due: boolean;
}

const receiveOne = statement(
  'receive-user-message',
  { message: 'json' },
  (_, { message }) => sql<IntakeRow>`SELECT * FROM receive_message(json_populate_record(NULL::received_message, ${message}))`,
);
const receiveMany = statement(
  'receive-user-messages',
  { messages: 'json' },
  (_, { messages }) => sql<IntakeRow & { item: number }>`SELECT * FROM receive_messages(${messages})`,
);

function toOutcome({ outcome, auto_reply_id: autoReplyId, due_at: dueAt, is_due: isDue }: IntakeRow): IntakeOutcome | ConflictingReport {
  if (outcome === 'scheduled') return { kind: outcome, autoReplyId, dueAt, isDue };
  if (outcome === 'joined') return { kind: outcome, autoReplyId, dueAt };
  if (outcome === 'conflict') return { kind: outcome };
  return { kind: 'ignored', reason: outcome };
}

/** @param patienceSeconds after which the reconciler looks at the job that keeps the promise of a reply. */
export function createMessageReceiver(
  database: Database,
  patienceSeconds: number,
): (intake: Intake) => Promise<IntakeOutcome | ConflictingReport> {
  /** The fields of the type `received_message`. */
  const recordOf = ({ message, rules, carrier }: Intake) => ({
    id: uuidv7(),
    message_id: message.messageId,
    conversation_id: message.conversationId,
    model_id: message.modelId,
    user_id: message.userId,
    received_at: message.receivedAt,
    cooldown_seconds: rules.cooldownSeconds,
    max_late_seconds: rules.maxLateSeconds,
    daily_cap: rules.dailyCap,
    queue: carrier?.queue ?? null,
    job_id: carrier?.jobId ?? null,
    patience_seconds: patienceSeconds,
    sending_off: rules.sendingOff ?? false,
  });
  return groupCalls({
    maxTogether: 32,
    maxStatements: 1,
    async alone(intake) {
      const [row] = await receiveOne.run(database.query, { message: toJson(recordOf(intake)) });
      if (row === undefined) throw new Error('receive_message returned no row');
      return toOutcome(row);
    },
    async together(intakes) {
      const rows = await receiveMany.run(database.query, { messages: toJson(numbered(intakes.map(recordOf))) });
      return inOrderOfCalls(intakes, rows).map((row) => (row === undefined ? undefined : toOutcome(row)));
    },
  });
}
