import type { ReactNode } from 'react';
import styles from './notice.module.css';
import tones from './tones.module.css';

/** A sentence that stands out: that something is held, out of date, or went well. */
export function Notice({
  kind,
  role,
  children,
  action,
}: {
  kind: 'info' | 'good' | 'warn' | 'bad';
  role?: 'status' | 'alert';
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={`${styles['notice']} ${tones[kind] ?? ''}`} role={role}>
      <div>{children}</div>
      {action}
    </div>
  );
}
