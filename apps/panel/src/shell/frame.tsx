import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { linksOf, pagesOf } from '../pages/pages.ts';
import { MoodIcon } from '../ui/mood-name.tsx';
import { words } from '../words/words.ts';
import styles from './frame.module.css';
import { useKeptFocus } from './keep-focus.ts';
import { useSession, useSessionState } from './session.tsx';

const isWithin = (path: string, page: string) => (page === '/' ? path === '/' : path === page || path.startsWith(`${page}/`));

/** The navigation, who is signed in, and the page. */
export function Frame({ children }: { children: ReactNode }) {
  const session = useSession();
  const { signOut } = useSessionState();
  const [path] = useLocation();
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);
  useKeptFocus();
  // Who moves on by keyboard or screen reader starts at the top of the new page.
  useEffect(() => {
    if (before.current !== path) main.current?.focus();
    before.current = path;
  }, [path]);
  return (
    <div className={styles['frame']}>
      <a className={styles['skip']} href="#content">
        {words.shell.skip}
      </a>
      <header className={styles['side']} data-noprint>
        <span className={styles['brand']}>
          <MoodIcon state="positive" size={22} />
          {words.shell.title}
        </span>
        <nav aria-label={words.shell.menu}>
          <ul className={styles['links']}>
            {pagesOf(session)
              .filter(({ name }) => name !== undefined)
              .map(({ path: to, name }) => {
                const target = to.replace(/\/:.*$/, '') || '/';
                return (
                  <li key={to}>
                    <Link href={target} className={styles['link']} aria-current={isWithin(path, target) ? 'page' : undefined}>
                      {name && words.shell.pages[name]}
                    </Link>
                  </li>
                );
              })}
            {linksOf(session).map(({ name, leadsTo }) => (
              <li key={leadsTo}>
                <a href={leadsTo} className={styles['link']}>
                  {words.shell.pages[name]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div className={styles['person']}>
          <span>{words.shell.signedInAs(session.name ?? session.subject, session.role)}</span>
          <button type="button" onClick={() => void signOut()}>
            {words.shell.signOut}
          </button>
        </div>
      </header>
      <main id="content" ref={main} className={styles['main']} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
