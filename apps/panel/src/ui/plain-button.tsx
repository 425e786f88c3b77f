import type { ReactNode } from 'react';
import styles from './button.module.css';

/** A button without React Aria: for the shell, which has to be light, and what it shows in the place of a page. */
export function PlainButton({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className={`${styles['button']} ${styles['plain']}`} onClick={onClick}>
      {children}
    </button>
  );
}
