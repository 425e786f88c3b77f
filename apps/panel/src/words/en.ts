import { common } from './en/common.ts';
import { shell } from './en/shell.ts';

/** What every page needs. The texts of one page are in a file of their own, which only it loads. */
export const en = { common, shell };
