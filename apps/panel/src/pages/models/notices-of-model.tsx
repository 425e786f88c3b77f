import { Card } from '../../ui/card.tsx';
import { Instant } from '../../ui/instant.tsx';
import listStyles from '../../ui/list.module.css';
import { model as words } from '../../words/en/model.ts';
import styles from './model.module.css';
import type { ModelDetails } from './model-queries.ts';

/** What a model was told of what others did to her mood. */
export function NoticesOfModel({ notices }: { notices: ModelDetails['notices'] }) {
  return (
    <Card title={words.notices}>
      {notices.length === 0 ? (
        <p className={styles['soft']}>{words.noNotices}</p>
      ) : (
        <>
          <p className={styles['soft']}>{words.noticesNote}</p>
          <ul className={styles['list']}>
            {notices.map(({ at, text }) => (
              <li key={`${at} ${text}`}>
                {text}
                <span className={listStyles['note']}>
                  <Instant at={at} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
