import type { ReactNode } from 'react';
import styles from './state-box.module.css';

/** What stands in the place of data: that there is none, that it comes, that it failed. */
export function StateBox({
  kind,
  title,
  children,
  action,
}: {
  kind: 'empty' | 'error' | 'loading';
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={`${styles['box']} ${styles[kind]}`} role={kind === 'error' ? 'alert' : 'status'}>
      <p className={styles['title']}>{title}</p>
      {children !== undefined && <div className={styles['text']}>{children}</div>}
      {action}
    </div>
  );
}
