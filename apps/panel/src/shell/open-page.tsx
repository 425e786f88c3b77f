import { useEffect, useReducer, useState } from 'react';
import { loadedPage, loadPage } from '../pages/page-modules.ts';
import type { PageModule } from '../pages/page-table.ts';
import { StateBox } from '../ui/state-box.tsx';
import { words } from '../words/words.ts';

/**
 * A page, loaded when it is first opened. Not by Suspense, which holds what came back for 300 ms after it has shown that it waits, so that the
 * page does not flicker: here the page comes as soon as it can.
 */
export function OpenPage({ module }: { module: PageModule }) {
  const [failure, setFailure] = useState<{ error: unknown }>();
  const [, show] = useReducer((times: number) => times + 1, 0);
  const Page = loadedPage(module);
  useEffect(() => {
    if (Page === undefined) loadPage(module).then(show, (error: unknown) => setFailure({ error }));
  }, [module, Page]);
  if (failure !== undefined) throw failure.error;
  return Page === undefined ? <StateBox kind="loading" title={words.common.loading} /> : <Page />;
}
