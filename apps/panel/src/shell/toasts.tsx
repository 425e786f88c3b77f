import { createContext, use, useCallback, useMemo, useRef, useState } from 'react';
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
  const list = useMemo(
    () => (
      <div className={styles['toasts']} role="status" aria-live="polite">
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
