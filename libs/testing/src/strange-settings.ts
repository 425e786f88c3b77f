import { escapeIdentifier } from 'pg';

/** What an operator may have set for everybody, each of which changes results, or ends statements or connections. */
export const strangeSettings: Readonly<Record<string, string>> = {
  datestyle: 'SQL, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'Asia/Kathmandu',
  bytea_output: 'escape',
  extra_float_digits: '-10',
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  search_path: 'pg_catalog, nowhere',
  client_encoding: 'LATIN1',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  statement_timeout: '60s',
  lock_timeout: '50s',
  transaction_timeout: '70s',
  idle_in_transaction_session_timeout: '80s',
  idle_session_timeout: '90s',
  jit: 'on',
  plan_cache_mode: 'force_custom_plan',
  enable_seqscan: 'on',
  enable_hashjoin: 'on',
  enable_indexscan: 'off',
  enable_nestloop: 'off',
  row_security: 'off',
  check_function_bodies: 'off',
  client_min_messages: 'debug5',
};

/** @returns the statements that set them for whoever connects to this database, or with this role. */
export function strangeSettingsFor(whom: 'DATABASE' | 'ROLE', name: string): string[] {
  return Object.entries(strangeSettings).map(([setting, value]) => {
    const written = setting === 'search_path' ? value : `'${value}'`;
    return `ALTER ${whom} ${escapeIdentifier(name)} SET ${setting} = ${written}`;
  });
}
