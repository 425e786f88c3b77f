import type { Session } from '../shell/visit.ts';
import type { Words } from '../words/words.ts';
import type { PageModule } from './page-table.ts';

/** A page of the panel. */
export interface PageRow {
  /** Below `/panel`, as wouter writes paths: `/templates/:id?`. */
  path: string;
  role: Session['role'];
  /** Its place in the navigation; absent for pages that others lead to. */
  name?: keyof Words['shell']['pages'];
  module: PageModule;
}

/** A place of the navigation outside of the panel, on the same host and with the same session. */
export interface LinkRow extends Pick<PageRow, 'role'> {
  name: keyof Words['shell']['pages'];
  leadsTo: string;
}
