import { Migration } from '@mikro-orm/migrations';

/**
 * The outbox's next promises in an order that one index alone has. The key gives the order of ids, too, with all promises that are published
 * and not confirmed in between; while the table is small the planner takes the one for as good as the other. And an index of what failed,
 * for those that nobody can try again any more.
 */
export class Migration20260101000010_outbox_order extends Migration {
  override up(): void {
    this.addSql(`
DROP INDEX outbox_unpublished;
CREATE INDEX outbox_unpublished ON outbox (created_at, id) WHERE job_id IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_failed ON outbox (failed_at) WHERE failed_at IS NOT NULL;
`);
  }
}
