import { useInfiniteQuery } from '@tanstack/react-query';
import type { ownRepliesSchema } from '@mood/contract/own-replies';
import { Link } from 'wouter';
import type { z } from 'zod';
import { get } from '../../api/api.ts';
import { Card } from '../../ui/card.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Older } from '../../ui/older.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { StateBox } from '../../ui/state-box.tsx';
import { replies as said } from '../../words/en/replies.ts';
import { words } from '../../words/words.ts';
import { OneReply } from './one-reply.tsx';
import styles from './replies.module.css';
import { Summary } from './summary.tsx';

type Replies = z.output<typeof ownRepliesSchema>;

const pollMs = 30_000;

/** What was sent in her name, to whom, when, in which words; and what was not sent, and why. */
export function Page() {
  const query = useInfiniteQuery({
    queryKey: ['mood', 'replies'],
    queryFn: ({ pageParam, signal }) => get<Replies>('/mood/replies', { cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: pollMs,
  });
  return (
    <>
      <PageHeader title={words.shell.pages.replies} lead={said.lead} />
      <div className={styles['page']}>
        <Summary />
        <Loaded query={query}>
          {({ pages }) => {
            const replies = pages.flatMap((page) => page.replies);
            if (replies.length === 0) {
              return (
                <StateBox kind="empty" title={said.emptyTitle} action={<Link href="/">{said.toMood}</Link>}>
                  {said.emptyText}
                </StateBox>
              );
            }
            return (
              <Card title={said.list}>
                <ol className={styles['replies']}>
                  {replies.map((reply) => (
                    <OneReply key={reply.id} reply={reply} />
                  ))}
                </ol>
                <Older query={query} />
              </Card>
            );
          }}
        </Loaded>
      </div>
    </>
  );
}
