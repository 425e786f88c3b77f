import type { ReactNode } from 'react';
import styles from './list.module.css';
import tones from './tones.module.css';

/** A word about something in a list: what it is, and how good that is. */
export function Tag({ kind, children }: { kind?: 'good' | 'warn' | 'bad' | undefined; children: ReactNode }) {
  return <span className={`${styles['tag']} ${kind === undefined ? '' : tones[kind]}`}>{children}</span>;
}
