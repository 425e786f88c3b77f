import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Settings with which PostgreSQL writes down every statement. */
export const loggedStatements = {
  logging_collector: 'on',
  log_destination: 'jsonlog',
  log_statement: 'all',
};

export interface StatementCount {
  /** `application_name` of the connection. */
  application: string;
  /** The name of a prepared statement, or how the text begins. */
  statement: string;
  count: number;
}

interface Line {
  timestamp?: string;
  application_name?: string;
  message?: string;
}

const asked = /^(?:execute ([^:]+)|statement): (.{0,60})/s;

/**
 * @param folder of the server's data. @param from @param until milliseconds since 1970.
 * @returns the most frequent first.
 */
export async function countStatements(folder: string, from: number, until: number): Promise<StatementCount[]> {
  const counts = new Map<string, StatementCount>();
  const logs = path.join(folder, 'data', 'log');
  for (const file of (await readdir(logs)).filter((name) => name.endsWith('.json'))) {
    for (const text of (await readFile(path.join(logs, file), 'utf8')).split('\n')) {
      if (text === '') continue;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as PostgreSQL writes it
      const { timestamp = '', application_name: application = '', message = '' } = JSON.parse(text) as Line;
      const at = Date.parse(timestamp.replace(' GMT', 'Z').replace(' UTC', 'Z').replace(' ', 'T'));
      const [, name, words = ''] = asked.exec(message) ?? [];
      if (!message.match(asked) || !(at >= from && at < until)) continue;
      const statement = name === undefined || name === '<unnamed>' ? words.replaceAll(/\s+/g, ' ') : name;
      const key = `${application} ${statement}`;
      const known = counts.get(key) ?? { application, statement, count: 0 };
      known.count += 1;
      counts.set(key, known);
    }
  }
  return [...counts.values()].toSorted((a, b) => b.count - a.count);
}
