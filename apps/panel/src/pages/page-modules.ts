import type { ComponentType } from 'react';
import type { PageModule } from './page-table.ts';

/** Loads a page's part of the program. */
const loaders: Readonly<Record<PageModule, () => Promise<{ Page: ComponentType }>>> = {
  'mood/mood-page': () => import('./mood/mood-page.tsx'),
  'replies/replies-page': () => import('./replies/replies-page.tsx'),
  'history/history-page': () => import('./history/history-page.tsx'),
  'terms/terms-page': () => import('./terms/terms-page.tsx'),
  'overview/overview-page': () => import('./overview/overview-page.tsx'),
  'models/models-page': () => import('./models/models-page.tsx'),
  'models/model-page': () => import('./models/model-page.tsx'),
  'templates/templates-page': () => import('./templates/templates-page.tsx'),
  'templates/import-page': () => import('./templates/import-page.tsx'),
  'templates/template-page': () => import('./templates/template-page.tsx'),
  'experiments/experiments-page': () => import('./experiments/experiments-page.tsx'),
  'experiments/experiment-page': () => import('./experiments/experiment-page.tsx'),
  'audit/audit-page': () => import('./audit/audit-page.tsx'),
  'alerts/alerts-page': () => import('./alerts/alerts-page.tsx'),
  'flags/flags-page': () => import('./flags/flags-page.tsx'),
};

const loaded = new Map<PageModule, ComponentType>();

/** The page if it was loaded before. */
export const loadedPage = (module: PageModule): ComponentType | undefined => loaded.get(module);

/** Loads a page, so that `loadedPage` has it. @throws when its file does not come. */
export async function loadPage(module: PageModule): Promise<void> {
  const { Page } = await loaders[module]();
  loaded.set(module, Page);
}
