/** Something that the role of the running processes may do. */
export interface Right {
  privilege: string;
  on: string;
  /** Undefined: on the whole table, or the function. */
  column?: string | undefined;
}

const grants = /^\s*GRANT\s+([^;]+?)\s+ON\s+(FUNCTION\s+)?([\w,\s]+?)\s+TO\s+mood_app;/gm;
const privileges = /(\w+)(?:\s*\(([^)]*)\))?/g;

const namesIn = (list: string): string[] => list.split(',').map((name) => name.trim());

/** What the text of `rights.sql` grants. */
export function grantedRights(text: string): { tables: Right[]; functions: string[] } {
  const found = { tables: new Array<Right>(), functions: new Array<string>() };
  for (const [, granted = '', onFunctions, names = ''] of text.matchAll(grants)) {
    if (onFunctions !== undefined) found.functions.push(...namesIn(names));
    else
      for (const [, privilege = '', columns] of granted.matchAll(privileges))
        for (const column of columns === undefined ? [undefined] : namesIn(columns)) found.tables.push({ privilege, on: names, column });
  }
  return found;
}
