import { useEffect, useReducer, useState } from 'react';
import { loadedPage, loadPage } from '../pages/page-modules.ts';
import type { PageModule } from '../pages/page-table.ts';
import { StatePage } from '../ui/state-page.tsx';
import { words } from '../words/words.ts';
import { isReachable, whenReachable } from './reachable.ts';

/**
 * A page, loaded when it is first opened. Not by Suspense, which holds what came back for 300 ms after it has shown that it waits, so that the
 * page does not flicker: here the page comes as soon as it can. Its heading is there before it.
 */
export function OpenPage({ module, title }: { module: PageModule; title: string }) {
  const [failure, setFailure] = useState<{ error: unknown }>();
  const [isAway, setAway] = useState(false);
  const [, show] = useReducer((times: number) => times + 1, 0);
  const Page = loadedPage(module);
  useEffect(() => {
    if (Page !== undefined) return;
    loadPage(module).then(show, async (error: unknown) => {
      if (await isReachable()) return setFailure({ error });
      setAway(true);
      await whenReachable();
      // A browser may remember that a part of the program did not come.
      window.location.reload();
    });
  }, [module, Page]);
  if (failure !== undefined) throw failure.error;
  if (Page !== undefined) return <Page />;
  return (
    <StatePage heading={title} kind="loading" title={words.common.loading}>
      {isAway ? words.common.offline : undefined}
    </StatePage>
  );
}
