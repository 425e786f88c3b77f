import { terms } from '../words/en/terms.ts';
import { words } from '../words/words.ts';
import type { PageRow } from './page.ts';
import { nameOf } from './pages.ts';

const titles: Readonly<Record<string, string>> = { ...words.shell.pages, terms: terms.title };

/** What stands above a page before the page itself is there to say it: its name, or that of the page it belongs to. */
export const titleOf = (row: PageRow): string => titles[nameOf(row)] ?? words.shell.title;
