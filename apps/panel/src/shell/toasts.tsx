import { createContext, use, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { words } from '../words/words.ts';
import styles from './toasts.module.css';

export interface Toast {
  text: string;
  kind?: 'good' | 'bad';
  /** Takes back what was done: offered for as long as the toast is there. */
  undo?: () => void;
}

type Show = (toast: Toast) => void;

const ToastContext = createContext<Show>(() => {});
/** As long as the design says that something can be taken back. */
const shownMs = 10_000;

/** Tells the style sheets how much room the toasts take, so that everything else keeps out of it. */
const reserve = (list: HTMLElement) =>
  document.documentElement.style.setProperty('--toasts', `${Math.ceil(list.getBoundingClientRect().height)}px`);

/** Scrolls what has the focus clear of the toasts: the button that somebody has just pressed is the one that they may press next. */
function showFocused(list: Element): void {
  const focused = document.activeElement;
  if (focused === null || !focused.matches(':is(main, [role="dialog"]) *')) return;
  const [box, toasts] = [focused.getBoundingClientRect(), list.getBoundingClientRect()];
  const isBeside = box.right <= toasts.left || box.left >= toasts.right;
  if (!isBeside && box.bottom > toasts.top && box.top < toasts.bottom) focused.scrollIntoView({ block: 'nearest' });
}

/** Says at the edge of the page what has happened. */
export const useToast = (): Show => use(ToastContext);

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly (Toast & { id: number })[]>([]);
  const last = useRef(0);
  const remove = useCallback((id: number) => setToasts((all) => all.filter((one) => one.id !== id)), []);
  const show = useCallback<Show>(
    (toast) => {
      last.current += 1;
      const id = last.current;
      setToasts((all) => [...all.slice(-2), { ...toast, id }]);
      window.setTimeout(() => remove(id), shownMs);
    },
    [remove],
  );
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (box.current === null) return;
    reserve(box.current);
    if (toasts.length > 0) showFocused(box.current);
  }, [toasts]);
  // A window that is made narrower breaks their lines anew.
  useEffect(() => {
    const list = box.current;
    if (list === null) return;
    const sizes = new ResizeObserver(() => reserve(list));
    sizes.observe(list);
    return () => sizes.disconnect();
  }, []);
  const list = useMemo(
    () => (
      <div ref={box} className={styles['toasts']} role="status" aria-live="polite" data-noprint>
        {toasts.map(({ id, text, kind = 'good', undo }) => (
          <div key={id} className={`${styles['toast']} ${styles[kind]}`}>
            <span>{text}</span>
            {undo !== undefined && (
              <button
                type="button"
                onClick={() => {
                  remove(id);
                  undo();
                }}
              >
                {words.common.undo}
              </button>
            )}
            <button type="button" aria-label={words.common.close} onClick={() => remove(id)}>
              ×
            </button>
          </div>
        ))}
      </div>
    ),
    [toasts, remove],
  );
  return (
    <ToastContext value={show}>
      {children}
      {list}
    </ToastContext>
  );
}
