import { useEffect, useRef } from 'react';
import { ButtonLink } from '../ui/button-link.tsx';
import { words } from '../words/words.ts';
import { useSessionState } from './session.tsx';
import styles from './session-ended.module.css';

/** Over the page whose session has ended: it stays as it is, with every word that was typed. */
export function SessionEnded() {
  const { hasEnded } = useSessionState();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (hasEnded) dialog.current?.showModal();
    else dialog.current?.close();
  }, [hasEnded]);
  return (
    <dialog ref={dialog} className={styles['dialog']} aria-labelledby="session-ended" onCancel={(event) => event.preventDefault()}>
      <h2 id="session-ended">{words.shell.ended}</h2>
      <p>{words.shell.endedText}</p>
      <ButtonLink kind="first" href={`/panel/sign-in?to=${encodeURIComponent('/panel/signed-in')}`} target="_blank">
        {words.shell.endedButton}
      </ButtonLink>
    </dialog>
  );
}
