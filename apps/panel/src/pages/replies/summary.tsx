import { useQuery } from '@tanstack/react-query';
import type { insightsSchema } from '@mood/contract/analytics';
import type { z } from 'zod';
import { get } from '../../api/api.ts';
import { Card } from '../../ui/card.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { MoodName } from '../../ui/mood-name.tsx';
import { replies as said } from '../../words/en/replies.ts';
import styles from './replies.module.css';

type Insights = z.output<typeof insightsSchema>;

/** How many replies went out, and how many of those who got one wrote again. */
export function Summary() {
  const query = useQuery({
    queryKey: ['mood', 'insights'],
    queryFn: ({ signal }) => get<Insights>('/mood/me/insights', { days: 30 }, signal),
  });
  return (
    <Card title={said.summary.heading}>
      <Loaded query={query}>
        {({ total, byMood }) =>
          total.sent === 0 ? (
            <p className={styles['soft']}>{said.summary.none}</p>
          ) : (
            <div className={styles['summary']}>
              <p>
                <strong className={styles['big']}>{said.summary.sent(total.sent)}</strong>
                {total.mature > 0 && said.summary.again(total.engaged, total.mature)}
              </p>
              <ul className={styles['moods']} aria-label={said.summary.byMood}>
                {byMood.map(({ moodState, engaged, mature }) => (
                  <li key={moodState}>
                    <MoodName state={moodState} /> <span className={styles['soft']}>{said.summary.byMoodRow(engaged, mature)}</span>
                  </li>
                ))}
              </ul>
              <p className={styles['hint']}>{said.summary.againHint}</p>
            </div>
          )
        }
      </Loaded>
    </Card>
  );
}
