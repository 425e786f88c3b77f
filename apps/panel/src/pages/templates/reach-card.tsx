import type { templateReachSchema } from '@mood/contract/template-reach';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { z } from 'zod';
import { call } from '../../api/api.ts';
import { inWords } from '../../time/format.ts';
import { Card } from '../../ui/card.tsx';
import { shortId } from '../../ui/ids.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { asShare, counted } from '../../ui/numbers.ts';
import { useSettled } from '../../ui/use-settled.ts';
import { templates as said } from '../../words/en/templates.ts';
import type { Draft } from './template.ts';
import styles from './template-page.module.css';

type Reach = z.output<typeof templateReachSchema>;

/** Counting a week is dearer than a preview: nobody waits for it while they type. */
const restMs = 1_500;

/** The share of last week's messages that the draft would have won, and from which templates. */
export function ReachCard({ id, draft }: { id: string | null; draft: Draft | null }) {
  const rested: Draft | null = JSON.parse(useSettled(JSON.stringify(draft), restMs));
  const isWritten = rested !== null && rested.content.trim() !== '';
  const isAsked = isWritten && rested.active;
  const reach = useQuery({
    queryKey: ['templates', 'reach', id, rested],
    queryFn: ({ signal }) =>
      call<Reach>('POST', '/admin/mood/templates/reach', { body: { ...rested, ...(id !== null && { id }) }, signal }),
    enabled: isAsked,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  return (
    <Card title={said.reach}>
      {isAsked ? (
        <Loaded query={reach}>{(found) => <Shares reach={found} id={id} />}</Loaded>
      ) : (
        <p className={styles['soft']}>{isWritten ? said.reachResting : said.nothingWritten}</p>
      )}
    </Card>
  );
}

function Shares({ reach: { period, renders, won, share, undecided, from, notKnown }, id }: { reach: Reach; id: string | null }) {
  if (share === null) return <p>{said.reachNone}</p>;
  return (
    <div className={styles['parts']}>
      <p>
        <strong>{won === 0 && undecided === 0 ? said.reachNobody : said.reachShare(asShare(share), counted(won), counted(renders))}</strong>{' '}
        {undecided > 0 && said.reachUndecided(counted(undecided))}
      </p>
      {from.length > 0 && (
        <div>
          <h3>{said.reachFrom}</h3>
          <ul>
            {from.map(({ templateId, renders: messages }) => (
              <li key={templateId ?? 'built-in'}>
                {templateId === null ? (
                  said.reachBuiltIn
                ) : templateId === id ? (
                  said.reachThis
                ) : (
                  <Link href={`/templates/${templateId}`} title={templateId}>
                    {said.reachOther(shortId(templateId))}
                  </Link>
                )}
                : {said.reachMessages(counted(messages))}
              </li>
            ))}
          </ul>
        </div>
      )}
      <p className={styles['soft']}>
        {said.reachLead(`${inWords(period.start, 'day')} – ${inWords(period.end, 'day')}`)} {notKnown.join(' ')}
      </p>
    </div>
  );
}
