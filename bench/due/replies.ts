import { noteReplies } from '../support/note-replies.ts';
import { lateSeconds } from './storm.ts';
import type { Storm } from './storm.ts';

const models = 5_000;

export const replies: Storm = {
  what: 'replies due',
  modelsFor: () => models,
  prepare: noteReplies,
  schedule: [
    `UPDATE auto_replies SET due_at = date_trunc('second', now()) + make_interval(secs => $1 + ${lateSeconds})`,
    `UPDATE outbox o SET due_at = a.due_at FROM auto_replies a WHERE a.id = o.id`,
  ],
  done: `SELECT due_at AS due, sent_at AS done FROM auto_replies WHERE status = 'sent'`,
  left: `SELECT FROM auto_replies WHERE status IN ('pending', 'sending')`,
  latest: 'all of them',
};
