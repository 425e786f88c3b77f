-- The relay claims the earliest promises of each kind, and only as many as a queue has room for.

-- What can be claimed. Ends that are years away are at the far end of their kind, which is not read.
CREATE INDEX IF NOT EXISTS outbox_claimable ON outbox (kind, due_at) WHERE job_id IS NULL AND failed_at IS NULL;
-- What is in the queues.
CREATE INDEX IF NOT EXISTS outbox_outstanding ON outbox (queue, due_at) WHERE job_id IS NOT NULL AND failed_at IS NULL;
DROP INDEX IF EXISTS outbox_unpublished;
DROP INDEX IF EXISTS outbox_expiries;
