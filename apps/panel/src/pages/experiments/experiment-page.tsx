import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { ApiError, get } from '../../api/api.ts';
import { useSession } from '../../shell/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Instant } from '../../ui/instant.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { StateBox } from '../../ui/state-box.tsx';
import { experiments as said } from '../../words/en/experiments.ts';
import { Somebody } from '../somebody.tsx';
import type { Experiment } from './experiment.ts';
import styles from './experiments.module.css';
import { PhaseCard } from './phase-card.tsx';
import { PlanDialog } from './plan-dialog.tsx';
import { StopDialog } from './stop-dialog.tsx';

/** One experiment: a verdict for each phase, and what can be decided. */
export function Page() {
  const name = decodeURIComponent(useParams<{ name: string }>().name ?? '');
  const { scopes } = useSession();
  const [open, setOpen] = useState<'plan' | 'stop' | null>(null);
  const experiment = useQuery({
    queryKey: ['experiments', 'one', name],
    queryFn: ({ signal }) => get<Experiment>(`/admin/mood/experiments/${encodeURIComponent(name)}`, undefined, signal),
  });
  const mayWrite = scopes.includes('experiments:write');
  const isUnknown = experiment.error instanceof ApiError && experiment.error.status === 404;
  return (
    <>
      <PageHeader
        title={name}
        lead={<Link href="/experiments">{said.back}</Link>}
        actions={
          mayWrite &&
          experiment.data !== undefined &&
          experiment.data.state !== 'stopped' && (
            <>
              <Button onPress={() => setOpen('plan')}>{said.planButton}</Button>
              <Button onPress={() => setOpen('stop')}>{said.stopButton}</Button>
            </>
          )
        }
      />
      {isUnknown ? (
        <StateBox kind="empty" title={said.unknown} action={<Link href="/experiments">{said.back}</Link>} />
      ) : (
        <Loaded query={experiment}>
          {(found) => (
            <div className={styles['parts']}>
              {!mayWrite && <p className={styles['soft']}>{said.mayNotWrite}</p>}
              {found.phases.length === 0 && (
                <StateBox kind="empty" title={said.noPhases}>
                  {said.noPhasesText}
                </StateBox>
              )}
              {found.phases.map((phase) => (
                <PhaseCard key={phase.id} phase={phase} />
              ))}
              <Decisions {...found} />
              {open === 'plan' && <PlanDialog experiment={found} onClose={() => setOpen(null)} />}
              {open === 'stop' && <StopDialog experiment={found} onClose={() => setOpen(null)} />}
            </div>
          )}
        </Loaded>
      )}
    </>
  );
}

function Decisions({ decisions }: Experiment) {
  return (
    <section>
      <h2>{said.decisions}</h2>
      {decisions.length === 0 ? (
        <p className={styles['soft']}>{said.noDecisions}</p>
      ) : (
        <ul className={styles['decisions']}>
          {decisions.map(({ kind, by, at, reason }) => (
            <li key={`${kind} ${at}`}>
              <strong>{said.decision[kind]}</strong> <Instant at={at} /> {by === null ? said.byNobody : <Somebody id={by} />}
              {reason !== null && <p>{reason}</p>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
