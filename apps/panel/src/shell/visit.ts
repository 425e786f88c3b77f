import type { PageModule } from '../pages/page-table.ts';

/** Who is signed in. */
export interface Session {
  subject: string;
  name: string | null;
  role: 'model' | 'admin';
  scopes: readonly string[];
  /** Pages that a flag switches off for them: the names after `panel.`. */
  hiddenPages: readonly string[];
  expiresAt: string;
}

/** What the API writes into the page, so that nobody has to ask for it. */
interface Visit {
  /** null: nobody is signed in. */
  session: Session | null;
  /** The page that the address names, for who is signed in. */
  module: PageModule | null;
}

function readVisit(): Visit | undefined {
  const text = document.querySelector<HTMLMetaElement>('meta[name="mood-visit"]')?.content;
  return text === undefined ? undefined : JSON.parse(text);
}

/** undefined: the API could not tell at once, and is to be asked. */
export const visit: Visit | undefined = readVisit();
