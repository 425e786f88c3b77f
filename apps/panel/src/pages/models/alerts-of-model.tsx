import { Link } from 'wouter';
import { Card } from '../../ui/card.tsx';
import { Instant } from '../../ui/instant.tsx';
import listStyles from '../../ui/list.module.css';
import { Tag } from '../../ui/tag.tsx';
import { alerts as alertWords } from '../../words/en/alerts.ts';
import { model as words } from '../../words/en/model.ts';
import styles from './model.module.css';
import type { ModelDetails } from './model-queries.ts';

/** When a model was above a threshold. */
export function AlertsOfModel({ modelId, alerts }: { modelId: string; alerts: ModelDetails['alerts'] }) {
  return (
    <Card title={words.alerts} actions={<Link href={`/alerts?status=all&modelId=${modelId}`}>{words.toAlerts}</Link>}>
      {alerts.length === 0 ? (
        <p className={styles['soft']}>{words.noAlerts}</p>
      ) : (
        <ul className={styles['list']}>
          {alerts.map(({ id, rule, status, peak, threshold, openedAt }) => (
            <li key={id}>
              <strong>{alertWords.rules[rule]}</strong>: {alertWords.count(peak, threshold)} <Tag>{alertWords.statuses[status]}</Tag>
              <span className={listStyles['note']}>
                <Instant at={openedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
