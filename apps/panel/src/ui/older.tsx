import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { words } from '../words/words.ts';
import { Button } from './button.tsx';
import styles from './older.module.css';

/** Under a list that is read page by page: brings the next page. Nothing when all is there. */
export function Older({ query }: { query: UseInfiniteQueryResult }) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  if (!hasNextPage) return null;
  return (
    <div className={styles['older']}>
      <Button onPress={() => void fetchNextPage()} isDisabled={isFetchingNextPage}>
        {isFetchingNextPage ? words.common.loading : words.common.next}
      </Button>
      {isFetchNextPageError && <span role="alert">{words.common.failed}</span>}
    </div>
  );
}
