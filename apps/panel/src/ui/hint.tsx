import { useId, useLayoutEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import styles from './hint.module.css';

/** Pixels between the hint and the edge of the window. */
const edge = 8;

/** A term that explains itself: on hover, on focus, and on a tap. Escape hides the explanation. */
export function Hint({ term, children }: { term: ReactNode; children: ReactNode }) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
  const [isShown, setShown] = useState(false);
  useLayoutEffect(() => {
    const [anchor, box] = [button.current, tip.current];
    if (anchor === null || box === null) return;
    if (!isShown) return box.hidePopover();
    box.showPopover();
    const { left, bottom, top } = anchor.getBoundingClientRect();
    const { width, height } = box.getBoundingClientRect();
    box.style.left = `${Math.max(edge, Math.min(left, window.innerWidth - width - edge))}px`;
    box.style.top = `${bottom + height + edge > window.innerHeight ? Math.max(edge, top - height - 4) : bottom + 4}px`;
  }, [isShown]);
  return (
    <span className={styles['hint']} onMouseEnter={() => setShown(true)} onMouseLeave={() => setShown(false)}>
      <button
        ref={button}
        type="button"
        className={styles['term']}
        aria-describedby={id}
        onFocus={() => setShown(true)}
        onBlur={() => setShown(false)}
        onKeyDown={({ key }) => key === 'Escape' && setShown(false)}
      >
        {term}
      </button>
      <span ref={tip} id={id} role="tooltip" popover="manual" className={styles['tip']}>
        {children}
      </span>
    </span>
  );
}
