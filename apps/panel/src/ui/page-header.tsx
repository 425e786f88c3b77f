import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { words } from '../words/words.ts';
import { LeftOut } from './left-out.tsx';
import styles from './page-header.module.css';

/** The heading of a page, which names the tab too, what can be done with the whole of it, and what of the address is not understood. */
export function PageHeader({ title, lead, actions }: { title: string; lead?: ReactNode; actions?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · ${words.shell.title}`;
  }, [title]);
  return (
    <>
      <header className={styles['header']}>
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          {lead !== undefined && <p className={styles['lead']}>{lead}</p>}
        </div>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </header>
      <LeftOut />
    </>
  );
}
