import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { words } from '../words/words.ts';
import styles from './page-header.module.css';

/** The heading of a page, which names the tab too. Of itself for what stands in the place of a page; a page has `PageHeader`. */
export function PageHeading({ title, lead, actions }: { title: string; lead?: ReactNode; actions?: ReactNode }) {
  useEffect(() => {
    document.title = title === words.shell.title ? title : `${title} · ${words.shell.title}`;
  }, [title]);
  return (
    <header className={styles['header']}>
      <div>
        <h1 tabIndex={-1}>{title}</h1>
        {lead !== undefined && <p className={styles['lead']}>{lead}</p>}
      </div>
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
    </header>
  );
}
