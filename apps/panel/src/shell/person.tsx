import { Link } from 'wouter';
import { copyText } from '../ui/copy-text.ts';
import { shortId } from '../ui/ids.ts';
import { words } from '../words/words.ts';
import styles from './person.module.css';
import { useToast } from './toasts.tsx';

/**
 * A person: by name where one is known, else by both ends of the ID. The whole ID is read out and printed, and a button copies it.
 * @param to the page about them.
 */
export function Person({ id, name = null, to }: { id: string; name?: string | null | undefined; to?: string }) {
  const show = useToast();
  const shown = (
    <>
      {name === null ? (
        <>
          <span className="hidden">{id}</span>
          <span className={styles['short']} aria-hidden="true">
            {shortId(id)}
          </span>
        </>
      ) : (
        <bdi className={styles['name']}>{name}</bdi>
      )}
      <span className={styles['whole']} aria-hidden="true">
        {name === null ? '' : ' '}
        {id}
      </span>
    </>
  );
  const copy = async () =>
    show((await copyText(id)) ? { text: words.common.copiedId(id) } : { text: words.common.notCopied(id), kind: 'bad' });
  return (
    <span className={styles['person']} title={name === null ? id : `${name}\n${id}`}>
      {to === undefined ? <span>{shown}</span> : <Link href={to}>{shown}</Link>}
      <button type="button" className={styles['copy']} aria-label={words.common.copyId(id)} onClick={() => void copy()}>
        <svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
          <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
          <path d="M10.5 5.5v-1.5a1.5 1.5 0 0 0-1.5-1.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5" />
        </svg>
      </button>
    </span>
  );
}
