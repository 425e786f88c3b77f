import { ButtonLink } from '../ui/button-link.tsx';
import { MoodIcon } from '../ui/mood-name.tsx';
import { words } from '../words/words.ts';
import styles from './sign-in-page.module.css';

export function SignInPage() {
  const here = `${window.location.pathname}${window.location.search}`;
  return (
    <main className={styles['page']}>
      <div className={styles['card']}>
        <span className={styles['icons']}>
          <MoodIcon state="positive" size={32} />
          <MoodIcon state="neutral" size={32} />
          <MoodIcon state="negative" size={32} />
        </span>
        <h1>{words.shell.signInHeading}</h1>
        <p>{words.shell.signInText}</p>
        <ButtonLink kind="first" href={`/panel/sign-in?to=${encodeURIComponent(here)}`}>
          {words.shell.signIn}
        </ButtonLink>
      </div>
    </main>
  );
}
