import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { useSession } from '../../shell/session.tsx';
import { Card } from '../../ui/card.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { StatePage } from '../../ui/state-page.tsx';
import { isWholeId } from '../../ui/ids.ts';
import { model as words } from '../../words/en/model.ts';
import { AlertsOfModel } from './alerts-of-model.tsx';
import { LastChanges } from './last-changes.tsx';
import styles from './model.module.css';
import { useModel } from './model-queries.ts';
import type { Overridden } from './model-queries.ts';
import { NoticesOfModel } from './notices-of-model.tsx';
import { MoodNow } from './mood-now.tsx';
import { OverrideForm } from './override-form.tsx';
import { Recorded } from './recorded.tsx';

/** One model: her mood, what happened to it, and how an administrator sets it. */
export function Page() {
  const { id } = useParams<{ id: string }>();
  if (!isWholeId(id)) {
    return <StatePage heading={words.badId} kind="empty" title={words.badIdText} action={<Link href="/models">{words.toList}</Link>} />;
  }
  return <Model key={id} id={id} />;
}

function Model({ id }: { id: string }) {
  const { scopes } = useSession();
  const model = useModel(id);
  const [done, setDone] = useState<Overridden | null>(null);
  const mayOverride = scopes.includes('mood:override');
  return (
    <>
      <PageHeader
        title={model.data?.displayName ?? words.title}
        lead={<code className={styles['id']}>{id}</code>}
        actions={<Link href="/models">{words.toList}</Link>}
      />
      <Loaded query={model}>
        {(details) => (
          <div className={styles['grid']}>
            <div className={styles['column']}>
              <Card title={words.mood}>
                <MoodNow model={details} mayOverride={mayOverride} onDone={setDone} />
              </Card>
              <LastChanges modelId={id} transitions={details.transitions} />
              <NoticesOfModel notices={details.notices} />
              <AlertsOfModel modelId={id} alerts={details.alerts} />
            </div>
            <Card title={words.override}>
              {mayOverride ? <OverrideForm modelId={id} before={details} onDone={setDone} /> : <p>{words.needsScope}</p>}
              {done !== null && <Recorded done={done} transitions={details.transitions} />}
            </Card>
          </div>
        )}
      </Loaded>
    </>
  );
}
