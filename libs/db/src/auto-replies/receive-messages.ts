import type { AutoReplyRules, Carrier, ConflictingReport, IgnoreReason, IntakeOutcome, ReceivedMessage } from '@mood/domain';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../database.ts';
import { groupCalls, inColumns, inOrderOfCalls } from '../group-calls.ts';

interface Intake {
  message: ReceivedMessage;
  rules: AutoReplyRules;
  carrier: Carrier | null;
}

interface IntakeRow {
  outcome: 'scheduled' | 'joined' | 'conflict' | IgnoreReason;
  auto_reply_id: string;
  due_at: Date;
  is_due: boolean;
}

const parameters = 12;
const placeholders = Array.from({ length: parameters }, (_, index) => `$${index + 1}`).join(', ');
export const receiveOne = { name: 'receive-user-message', text: `SELECT * FROM receive_user_message(${placeholders})` };
export const receiveMany = { name: 'receive-user-messages', text: `SELECT * FROM receive_user_messages(${placeholders})` };

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
  const valuesOf = ({ message, rules, carrier }: Intake): readonly unknown[] => [
    uuidv7(),
    message.messageId,
    message.conversationId,
    message.modelId,
    message.userId,
    message.receivedAt,
    rules.cooldownSeconds,
    rules.maxLateSeconds,
    rules.dailyCap,
    carrier?.queue ?? null,
    carrier?.jobId ?? null,
    patienceSeconds,
  ];
  return groupCalls({
    maxTogether: 32,
    maxStatements: 1,
    async alone(intake) {
      const [row] = await database.query<IntakeRow>(receiveOne, valuesOf(intake));
      if (row === undefined) throw new Error('receive_user_message returned no row');
      return toOutcome(row);
    },
    async together(intakes) {
      const rows = await database.query<IntakeRow & { item: number }>(receiveMany, inColumns(intakes.map(valuesOf), parameters));
      return inOrderOfCalls(intakes, rows).map((row) => (row === undefined ? undefined : toOutcome(row)));
    },
  });
}
