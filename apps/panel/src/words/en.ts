import { audit } from './en/audit.ts';
import { common } from './en/common.ts';
import { shell } from './en/shell.ts';

export const en = { audit, common, shell };
