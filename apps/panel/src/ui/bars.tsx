import type { ReactNode } from 'react';
import styles from './bars.module.css';

export interface Bar {
  key: string;
  name: ReactNode;
  value: number;
  text: string;
  /** More about it, below the name. */
  note?: ReactNode;
  colour?: 'accent' | 'positive' | 'neutral' | 'negative' | undefined;
}

/** Parts beside each other. Each bar has its name and number as text; the bar itself is for the eye. */
export function Bars({ label, bars, most }: { label: string; bars: readonly Bar[]; most?: number }) {
  const longest = most ?? Math.max(...bars.map(({ value }) => value), 0);
  return (
    <ul className={styles['bars']} aria-label={label}>
      {bars.map(({ key, name, value, text, note, colour = 'accent' }) => (
        <li key={key} className={styles['bar']}>
          <span className={styles['name']}>
            {name}
            {note !== undefined && <span className={styles['note']}>{note}</span>}
          </span>
          <span className={styles['text']}>{text}</span>
          <span className={styles['track']} aria-hidden="true">
            <span className={`${styles['fill']} ${styles[colour]}`} style={{ width: `${longest > 0 ? (value / longest) * 100 : 0}%` }} />
          </span>
        </li>
      ))}
    </ul>
  );
}
