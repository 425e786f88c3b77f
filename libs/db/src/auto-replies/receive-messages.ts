import type { Carrier, IntakeOutcome, ReceivedMessage } from '@mood/domain';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../database.ts';
import { groupCalls, inColumns, inOrderOfCalls } from '../group-calls.ts';

interface Intake {
  message: ReceivedMessage;
  cooldownSeconds: number;
  carrier: Carrier | null;
}

interface IntakeRow {
  outcome: 'scheduled' | 'joined' | 'auto_respond_off' | 'answered' | 'cooling_down';
  auto_reply_id: string;
  due_at: Date;
  is_due: boolean;
}

const parameters = 10;
const placeholders = Array.from({ length: parameters }, (_, index) => `$${index + 1}`).join(', ');
export const receiveOne = { name: 'receive-user-message', text: `SELECT * FROM receive_user_message(${placeholders})` };
export const receiveMany = { name: 'receive-user-messages', text: `SELECT * FROM receive_user_messages(${placeholders})` };

function toOutcome(row: IntakeRow): IntakeOutcome {
  switch (row.outcome) {
    case 'scheduled':
      return { kind: 'scheduled', autoReplyId: row.auto_reply_id, dueAt: row.due_at, isDue: row.is_due };
    case 'joined':
      return { kind: 'joined', autoReplyId: row.auto_reply_id, dueAt: row.due_at };
    case 'auto_respond_off':
    case 'answered':
    case 'cooling_down':
      return { kind: 'ignored', reason: row.outcome };
  }
}

/** @param patienceSeconds after which the reconciler looks at the job that keeps the promise of a reply. */
export function createMessageReceiver(database: Database, patienceSeconds: number): (intake: Intake) => Promise<IntakeOutcome> {
  const valuesOf = ({ message, cooldownSeconds, carrier }: Intake): readonly unknown[] => [
    uuidv7(),
    message.messageId,
    message.conversationId,
    message.modelId,
    message.userId,
    message.receivedAt,
    cooldownSeconds,
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
