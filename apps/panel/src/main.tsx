import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { loadPage } from './pages/page-modules.ts';
import { reloadForNewBuild } from './shell/new-build.ts';
import { visit } from './shell/visit.ts';
import './ui/theme.css';

/** A page that takes longer is shown to be loading. */
const longestWaitMs = 1_000;

/** Waits for the page that the address names: the browser has asked for it already. Whatever goes wrong shows when it is opened. */
async function firstPage(): Promise<void> {
  if (visit?.module == null) return;
  const isLoaded = loadPage(visit.module).catch(() => undefined);
  await Promise.race([isLoaded, new Promise((resolve) => void setTimeout(resolve, longestWaitMs))]);
}

reloadForNewBuild();
const root = document.querySelector('#root');
if (root === null) throw new Error('The page has no #root.');
// No `await` out here: the pages import from this file, and would wait for it while it waits for them.
void firstPage().then(() =>
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
);
