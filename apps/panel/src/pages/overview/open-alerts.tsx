import { Link } from 'wouter';
import { Card } from '../../ui/card.tsx';
import { Instant } from '../../ui/instant.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { MoodIcon } from '../../ui/mood-name.tsx';
import { alerts as alertWords } from '../../words/en/alerts.ts';
import { overview as words } from '../../words/en/overview.ts';
import { Somebody } from '../somebody.tsx';
import styles from './overview.module.css';
import { useOpenAlerts } from './queries.ts';

const mostShown = 5;

/** The newest alerts that nobody has looked at. */
export function OpenAlerts() {
  const alerts = useOpenAlerts();
  return (
    <Card title={words.alerts} actions={<Link href="/alerts">{words.toAlerts}</Link>}>
      <Loaded query={alerts}>
        {({ alerts: open }) =>
          open.length === 0 ? (
            <p className={styles['calm']}>
              <MoodIcon state="positive" /> {words.noAlerts}
            </p>
          ) : (
            <ul className={styles['list']}>
              {open.slice(0, mostShown).map(({ id, rule, modelId, count, threshold, openedAt }) => (
                <li key={id}>
                  <strong>{alertWords.rules[rule]}</strong>: {alertWords.count(count, threshold)}
                  <span className={styles['note']}>
                    <Somebody id={modelId} to={`/models/${modelId}`} /> <Instant at={openedAt} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}
