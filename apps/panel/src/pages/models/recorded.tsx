import { Link } from 'wouter';
import { Instant } from '../../ui/instant.tsx';
import { MoodName } from '../../ui/mood-name.tsx';
import { Notice } from '../../ui/notice.tsx';
import { model as words } from '../../words/en/model.ts';
import styles from './model.module.css';
import type { ModelDetails, Overridden } from './model-queries.ts';

/** The row of the audit log that an override made. */
export function Recorded({ done, transitions }: { done: Overridden; transitions: ModelDetails['transitions'] }) {
  const entry = transitions.find(({ changedAt, changedBy }) => changedBy === 'admin' && changedAt === done.lastUpdated);
  if (entry === undefined) return null;
  return (
    <div className={styles['recorded']}>
      <Notice
        kind="good"
        role="status"
        action={<Link href={`/audit?modelId=${done.modelId}&open=${done.modelId}.${entry.version}`}>{words.toEntry}</Link>}
      >
        {words.recorded} {words.recordedAs(entry.version)}, <Instant at={entry.changedAt} />: <q>{done.adminReason}</q>{' '}
        {entry.previousState !== null && <MoodName state={entry.previousState} />} <span aria-hidden="true">→</span>{' '}
        <MoodName state={entry.newState} />
      </Notice>
    </div>
  );
}
