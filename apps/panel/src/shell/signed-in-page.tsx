import { useEffect } from 'react';
import { words } from '../words/words.ts';
import { tellOtherTabs } from './session.tsx';
import styles from './sign-in-page.module.css';

/** Where a sign-in ends that was begun in a tab of its own, over a page whose session had ended. */
export function SignedInPage() {
  useEffect(() => {
    tellOtherTabs('signed-in');
  }, []);
  return (
    <main className={styles['page']}>
      <div className={styles['card']}>
        <h1>{words.shell.signedInHeading}</h1>
        <p>{words.shell.signedInText}</p>
      </div>
    </main>
  );
}
