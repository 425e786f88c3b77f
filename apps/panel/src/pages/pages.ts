import type { Session } from '../shell/session.tsx';
import type { LinkRow, PageRow } from './page.ts';

/** Every page, in the order of the navigation. The first of a role is where its people start. */
export const pages: readonly PageRow[] = [
  { path: '/', role: 'model', name: 'mood', load: () => import('./mood/mood-page.tsx') },
  { path: '/replies', role: 'model', name: 'replies', load: () => import('./replies/replies-page.tsx') },
  { path: '/history', role: 'model', name: 'history', load: () => import('./history/history-page.tsx') },
  { path: '/terms', role: 'model', load: () => import('./terms/terms-page.tsx') },
  { path: '/', role: 'admin', name: 'overview', load: () => import('./overview/overview-page.tsx') },
  { path: '/models', role: 'admin', name: 'models', load: () => import('./models/models-page.tsx') },
  { path: '/models/:id', role: 'admin', load: () => import('./models/model-page.tsx') },
  { path: '/templates', role: 'admin', name: 'templates', load: () => import('./templates/templates-page.tsx') },
  { path: '/templates/import', role: 'admin', load: () => import('./templates/import-page.tsx') },
  { path: '/templates/new', role: 'admin', load: () => import('./templates/template-page.tsx') },
  { path: '/templates/:id', role: 'admin', load: () => import('./templates/template-page.tsx') },
  { path: '/experiments', role: 'admin', name: 'experiments', load: () => import('./experiments/experiments-page.tsx') },
  { path: '/experiments/:name', role: 'admin', load: () => import('./experiments/experiment-page.tsx') },
  { path: '/audit', role: 'admin', name: 'audit', load: () => import('./audit/audit-page.tsx') },
  { path: '/alerts', role: 'admin', name: 'alerts', load: () => import('./alerts/alerts-page.tsx') },
  { path: '/flags', role: 'admin', name: 'flags', load: () => import('./flags/flags-page.tsx') },
];

/** What the navigation has besides, at its end. */
const links: readonly LinkRow[] = [{ role: 'admin', name: 'queues', leadsTo: '/ops/queues' }];

/** The page of the navigation that a page belongs to, by which flags name it: `/templates/:id` belongs to `templates`. */
const nameOf = ({ path, name }: PageRow): string => name ?? path.split('/')[1] ?? '';

/** The pages that somebody has: those of the role, but what flags switch off. The first is where they start. */
export const pagesOf = ({ role, hiddenPages }: Pick<Session, 'role' | 'hiddenPages'>): readonly PageRow[] =>
  pages.filter((page) => page.role === role && !hiddenPages.includes(nameOf(page)));

export const linksOf = ({ role, hiddenPages }: Pick<Session, 'role' | 'hiddenPages'>): readonly LinkRow[] =>
  links.filter((link) => link.role === role && !hiddenPages.includes(link.name));
