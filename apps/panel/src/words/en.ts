import { common } from './en/common.ts';
import { shell } from './en/shell.ts';

export const en = { common, shell };
