import { createContext, use, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
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

/** Scrolls what has the focus clear of the toasts: the button that somebody has just pressed is the one that they may press next. */
function showFocused(list: Element): void {
  const focused = document.activeElement;
  if (focused === null || focused === document.body || list.contains(focused) || focused.matches('main')) return;
  const { left, right, bottom } = focused.getBoundingClientRect();
  const covered = [...list.children].map((toast) => {
    const box = toast.getBoundingClientRect();
    return left < box.right && right > box.left ? bottom + 8 - box.top : 0;
  });
  window.scrollBy(0, Math.max(0, ...covered));
}

const controls = 'main :is(a[href], button, label, select, textarea)';

function isOver(list: HTMLElement, { left, right, top, bottom }: DOMRect): boolean {
  return [...list.children].some((toast) => {
    const box = toast.getBoundingClientRect();
    return left < box.right && right > box.left && top < box.bottom && bottom > box.top;
  });
}

/** Puts the toasts to the end of the lower edge, or to its start if they lie over fewer controls of the page there. */
function chooseSide(list: HTMLElement): void {
  const boxes = [...document.querySelectorAll(controls)].map((one) => one.getBoundingClientRect());
  const countAt = (side: 'end' | 'start') => {
    list.dataset['side'] = side;
    return boxes.filter((box) => isOver(list, box)).length;
  };
  const [end, start] = [countAt('end'), countAt('start')];
  list.dataset['side'] = start < end ? 'start' : 'end';
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
    if (box.current === null || toasts.length === 0) return;
    chooseSide(box.current);
    showFocused(box.current);
  }, [toasts]);
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
