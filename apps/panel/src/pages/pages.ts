import type { Session } from '../shell/visit.ts';
import type { LinkRow, PageRow } from './page.ts';
import { pageTable } from './page-table.ts';

/** Every page. */
const pages: readonly PageRow[] = pageTable;

/** What the navigation has besides, at its end. */
const links: readonly LinkRow[] = [{ role: 'admin', name: 'queues', leadsTo: '/ops/queues' }];

/** The page of the navigation that a page belongs to, by which flags name it: `/templates/:id` belongs to `templates`. */
export const nameOf = ({ path, name }: PageRow): string => name ?? path.split('/')[1] ?? '';

/** The pages that somebody has: those of the role, but what flags switch off. The first is where they start. */
export const pagesOf = ({ role, hiddenPages }: Pick<Session, 'role' | 'hiddenPages'>): readonly PageRow[] =>
  pages.filter((page) => page.role === role && !hiddenPages.includes(nameOf(page)));

export const linksOf = ({ role, hiddenPages }: Pick<Session, 'role' | 'hiddenPages'>): readonly LinkRow[] =>
  links.filter((link) => link.role === role && !hiddenPages.includes(link.name));
