import type { FeedbackStore, FeedbackSum } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';

interface GivenRow {
  day: string;
  given_at: Date;
  replaced: boolean;
}

const give = statement(
  'give-feedback',
  { personId: 'uuid', role: 'text', about: 'text', score: 'integer' },
  (_, { personId, role, about, score }) => sql<GivenRow>`INSERT INTO mood_feedback (person_id, role, about, day, score, given_at)
    SELECT ${personId}, ${role}, ${about}, (t.now AT TIME ZONE 'UTC')::date, ${score}, t.now FROM (SELECT clock_timestamp() AS now) t
    ON CONFLICT (person_id, role, about, day) DO UPDATE SET score = excluded.score, given_at = excluded.given_at
    RETURNING to_char(day, 'YYYY-MM-DD') AS day, given_at, old.day IS NOT NULL AS replaced`,
);

const sums = statement(
  'sum-feedback',
  { from: 'timestamptz', to: 'timestamptz' },
  (_, { from, to }) => sql<FeedbackSum>`SELECT about, count(*) AS n, sum(score) AS total, count(*) FILTER (WHERE score >= 4) AS good
    FROM mood_feedback WHERE given_at >= ${from} AND given_at < ${to} GROUP BY about ORDER BY about`,
);

export function createFeedbackStore(database: Database): FeedbackStore {
  return {
    async give(feedback) {
      const [row] = await give.run(database.query, { ...feedback });
      if (row === undefined) throw new Error('giving feedback returned no row');
      return { day: row.day, givenAt: row.given_at, replaced: row.replaced };
    },
    sums: (start, end) => sums.run(database.query, { from: start, to: end }),
  };
}
