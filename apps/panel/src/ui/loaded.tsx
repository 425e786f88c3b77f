import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../api/api.ts';
import { words } from '../words/words.ts';
import { PlainButton } from './plain-button.tsx';
import { Notice } from './notice.tsx';
import { StateBox } from './state-box.tsx';

/**
 * What a query found, once it is there: before that a line that it comes, or what went wrong and a way to try again. What was found before stays
 * when a later try fails, and says that it may be out of date.
 */
export function Loaded<Data>({ query, children }: { query: UseQueryResult<Data>; children: (data: Data) => ReactNode }) {
  const { data, error, isPending, failureReason, refetch } = query;
  const retry = <PlainButton onClick={() => void refetch()}>{words.common.retry}</PlainButton>;
  if (data !== undefined) {
    const isStale = error !== null || (failureReason instanceof ApiError && failureReason.mayPass);
    return (
      <>
        {isStale && (
          <Notice kind="warn" role="status" action={retry}>
            {describe(error ?? failureReason, error === null)} {words.common.stale}
          </Notice>
        )}
        {children(data)}
      </>
    );
  }
  if (error !== null)
    return (
      <StateBox kind="error" title={words.common.failed} action={retry}>
        {describe(error, false)}
      </StateBox>
    );
  if (isPending && failureReason !== null)
    return (
      <StateBox kind="loading" title={words.common.loading}>
        {describe(failureReason, true)}
      </StateBox>
    );
  return <StateBox kind="loading" title={words.common.loading} />;
}

/** @param isTrying whether it goes on trying by itself. */
function describe(error: Error | null, isTrying: boolean): string {
  if (error instanceof ApiError && error.status === 0) return isTrying ? words.common.offline : words.common.away;
  return error?.message ?? '';
}
