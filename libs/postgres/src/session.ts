/** Session settings of PostgreSQL by name, with the values that `SET` would take. */
export type SessionSettings = Readonly<Record<string, string>>;

/**
 * What the results of our statements rest on, or what would end our connections. A database, a role or `postgresql.conf` may say
 * otherwise for everybody else. Not here: `default_transaction_read_only`, `synchronous_commit` and what only a superuser may set, with
 * which an operator says what is allowed and how safe a commit is.
 */
const common: SessionSettings = {
  client_encoding: 'UTF8',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  row_security: 'on',
  xmloption: 'content',
  client_min_messages: 'warning',
  check_function_bodies: 'on',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  gin_fuzzy_search_limit: '0',
  statement_timeout: '0',
  lock_timeout: '0',
  transaction_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  plan_cache_mode: 'auto',
  jit: 'off',
  enable_indexscan: 'on',
  enable_indexonlyscan: 'on',
  enable_bitmapscan: 'on',
  enable_nestloop: 'on',
};

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * The one statement that sets a connection up, to be run before any other on it. By `set_config`, because a pooler between may refuse or
 * drop startup parameters. A setting that the server does not know, because it is older, is left out.
 * @param own what this kind of connection wants besides, or instead.
 */
function setupStatement(own: SessionSettings): string {
  const wanted = Object.entries({ ...common, ...own }).map(([name, value]) => `(${quote(name)}, ${quote(value)})`);
  return `SELECT pg_catalog.set_config(name, value, false) FROM (VALUES ${wanted.join(', ')}) AS wanted (name, value)
    WHERE pg_catalog.current_setting(name, true) IS NOT NULL`;
}

/** @returns what sets one connection up: the `onConnect` of a pool, or to be called with a client that has connected. */
export function sessionSetup(own: SessionSettings): (client: { query(text: string): Promise<unknown> }) => Promise<void> {
  const statement = setupStatement(own);
  return async (client) => {
    await client.query(statement);
  };
}
