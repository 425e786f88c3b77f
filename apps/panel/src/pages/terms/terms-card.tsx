import type { termsSchema } from '@mood/contract/terms';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { ApiError, get, post } from '../../api/api.ts';
import { useToast } from '../../shell/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Instant } from '../../ui/instant.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { terms as said } from '../../words/en/terms.ts';
import styles from './terms-card.module.css';

type Terms = z.output<typeof termsSchema>;

const termsKey = ['mood', 'terms'] as const;

/** The text of the terms, and the yes to them while it is missing. @param onAccepted after it was said. */
export function TermsCard({ title, lead, onAccepted }: { title: string; lead?: string; onAccepted?: () => void }) {
  const terms = useQuery({ queryKey: termsKey, queryFn: ({ signal }) => get<Terms>('/mood/terms', undefined, signal) });
  return (
    <Card title={title}>
      <div className={styles['terms']}>
        {lead !== undefined && <p>{lead}</p>}
        <Loaded query={terms}>{(data) => <TermsText terms={data} onAccepted={onAccepted} />}</Loaded>
      </div>
    </Card>
  );
}

function TermsText({ terms: { version, text, acceptedAt }, onAccepted }: { terms: Terms; onAccepted: (() => void) | undefined }) {
  const client = useQueryClient();
  const toast = useToast();
  const [problem, setProblem] = useState<string>();
  const accept = useMutation({
    mutationFn: () => post('/mood/terms', { accept: true, version }),
    onSuccess() {
      toast({ text: said.accepted });
      onAccepted?.();
    },
    onError: (error) => setProblem(error instanceof ApiError && !error.mayPass && error.status !== 401 ? said.changed : said.failed),
    onSettled: () => client.invalidateQueries({ queryKey: ['mood'] }),
  });
  return (
    <>
      <ul>
        {text.split('\n').map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {problem !== undefined && (
        <p className={styles['problem']} role="alert">
          {problem}
        </p>
      )}
      <div className={styles['foot']}>
        {acceptedAt === null ? (
          <Button kind="first" onPress={() => accept.mutate()} isDisabled={accept.isPending}>
            {accept.isPending ? said.accepting : said.accept}
          </Button>
        ) : (
          <span>
            {said.acceptedAt} <Instant at={acceptedAt} />
          </span>
        )}
        <span className={styles['version']}>{said.version(version)}</span>
      </div>
    </>
  );
}
