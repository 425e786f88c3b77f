import type { ComponentProps } from 'react';
import styles from './button.module.css';

/** A link that looks like a button: for what leads somewhere. */
export function ButtonLink({ kind = 'plain', ...props }: ComponentProps<'a'> & { kind?: 'first' | 'plain' | 'quiet' }) {
  return <a {...props} className={`${styles['button']} ${styles[kind]}`} />;
}
