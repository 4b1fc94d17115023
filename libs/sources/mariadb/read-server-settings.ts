import type { Connection } from './connect.ts';

/** Variables that decide what a server takes, how it sorts and reads, and how it is used; no paths and no secrets. */
const WORTH_KNOWING = [
  'character_set_server',
  'collation_server',
  'default_storage_engine',
  'default_time_zone',
  'event_scheduler',
  'explicit_defaults_for_timestamp',
  'ft_min_word_len',
  'group_concat_max_len',
  'innodb_buffer_pool_size',
  'innodb_default_row_format',
  'innodb_file_per_table',
  'innodb_flush_log_at_trx_commit',
  'innodb_ft_min_token_size',
  'innodb_log_file_size',
  'innodb_strict_mode',
  'interactive_timeout',
  'local_infile',
  'log_bin',
  'log_bin_trust_function_creators',
  'lower_case_table_names',
  'max_allowed_packet',
  'max_connections',
  'max_heap_table_size',
  'require_secure_transport',
  'skip_name_resolve',
  'sql_mode',
  'system_versioning_alter_history',
  'time_zone',
  'tmp_table_size',
  'transaction_isolation',
  'tx_isolation',
  'wait_timeout',
];

/** Global variables of a server as text, by name: what a restore to another server compares and cannot bring back. */
export async function readServerSettings(connection: Connection): Promise<Record<string, string>> {
  const rows = await connection.query<{ Variable_name: string; Value: string }>(
    'SHOW GLOBAL VARIABLES WHERE Variable_name IN (?)',
    [WORTH_KNOWING],
  );
  return Object.fromEntries(rows.map(({ Variable_name, Value }) => [Variable_name, Value]));
}
