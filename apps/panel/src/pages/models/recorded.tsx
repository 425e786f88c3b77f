import { Link } from 'wouter';
import { Instant } from '../../ui/instant.tsx';
import { MoodName } from '../../ui/mood-name.tsx';
import { Notice } from '../../ui/notice.tsx';
import { model as words } from '../../words/en/model.ts';
import styles from './model.module.css';
import { useTransitions } from './model-queries.ts';
import type { Overridden } from './model-queries.ts';

/** The row of the audit log that an override made. */
export function Recorded({ done }: { done: Overridden }) {
  const { data } = useTransitions(done.modelId);
  const entry = data?.entries.find(({ createdAt, changedBy }) => changedBy === 'admin' && createdAt === done.lastUpdated);
  if (entry === undefined) return null;
  return (
    <div className={styles['recorded']}>
      <Notice
        kind="good"
        role="status"
        action={<Link href={`/audit?modelId=${entry.modelId}&open=${entry.modelId}.${entry.version}`}>{words.toEntry}</Link>}
      >
        {words.recorded} {words.recordedAs(entry.version)}, <Instant at={entry.createdAt} />: <q>{done.adminReason}</q>{' '}
        {entry.previousState !== null && <MoodName state={entry.previousState} />} <span aria-hidden="true">→</span>{' '}
        <MoodName state={entry.newState} />
      </Notice>
    </div>
  );
}
