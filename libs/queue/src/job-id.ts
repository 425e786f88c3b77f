import { randomUUID } from 'node:crypto';

// BullMQ takes ':' for its own separator, and a number for an id that it gave itself.
const usable = /^(?!\d+$)[A-Za-z0-9._~-]{1,255}$/;

/** @throws TypeError for an id that BullMQ cannot keep apart from its own. */
export function checkJobId(jobId: string): string {
  if (!usable.test(jobId))
    throw new TypeError(`Job id ${JSON.stringify(jobId)}: expected 1 to 255 of A-Z a-z 0-9 . _ ~ -, not digits alone`);
  return jobId;
}

/** An id for the job that carries on where this one stopped: the same name, a new ending. */
export function laterJobId(jobId: string): string {
  return `${jobId.split('~later-', 1)[0]}~later-${randomUUID()}`;
}
