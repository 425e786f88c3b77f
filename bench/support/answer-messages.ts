import { randomUUID } from 'node:crypto';
import type { Enqueuer, JobRequest } from '@mood/queue';
import { eventually } from '@mood/testing/eventually';
import { summarise } from './load.ts';
import type { LoadResult } from './load.ts';
import type { BenchSystem } from './system.ts';

const messagesPerCall = 500;

/** A message that was sent now, as the message service reports it over the queue. */
export function messageOf(conversationId: string, modelId: string, userId: string): JobRequest {
  const receivedAt = new Date().toISOString();
  const data = { messageId: randomUUID(), conversationId, modelId, userId, receivedAt, senderType: 'user' as const, automated: false };
  return { name: 'message-received', data };
}

/** Reports messages, and waits for their replies. Every message begins a conversation, so that every one is answered. */
export async function answerMessages(
  system: BenchSystem,
  enqueuer: Enqueuer,
  { messages, userIds, limitMs }: { messages: number; userIds: readonly string[]; limitMs: number },
): Promise<LoadResult> {
  const conversation = `burst-${randomUUID()}`;
  const sent = async () => (await system.platform.counters())['messages'] ?? 0;
  const before = await sent();
  const began = performance.now();
  for (let added = 0; added < messages; added += messagesPerCall) {
    const some = Array.from({ length: messagesPerCall }, (_, index) => {
      const turn = added + index;
      return messageOf(`${conversation}-${turn}`, system.models[turn % system.models.length] ?? '', userIds[turn % userIds.length] ?? '');
    });
    await enqueuer.addBulk(some);
  }
  await eventually(sent, (now) => now - before >= messages, limitMs);
  const seconds = (performance.now() - began) / 1_000;
  // The message service has them; the last of them may still have to be noted.
  const times = await timesOfReplies(system, { conversation, replies: messages, limitMs });
  return summarise(times, seconds, messages - times.length);
}

/** @param conversation what the ids of the conversations begin with. @returns milliseconds from each message to its reply, when so many were sent. */
export async function timesOfReplies(
  system: BenchSystem,
  { conversation, replies, limitMs }: { conversation: string; replies: number; limitMs: number },
): Promise<number[]> {
  const took = `SELECT (extract(epoch FROM sent_at - received_at) * 1000)::double precision AS ms FROM auto_replies
    WHERE conversation_id LIKE $1 AND sent_at IS NOT NULL`;
  const rows = await eventually(
    () => system.postgres.database.query<{ ms: number }>(took, [`${conversation}-%`]),
    (found) => found.length >= replies,
    limitMs,
  );
  return rows.map(({ ms }) => ms);
}
