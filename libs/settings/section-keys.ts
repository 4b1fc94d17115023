/** Every key that each kind of section knows; docs/sysbackup-conf.md describes each of them. */
export const SECTION_KEYS = {
  system: ['id', 'name', 'root', 'version', 'version_file', 'version_key', 'stop', 'start'],
  mariadb: [
    'host',
    'port',
    'socket',
    'user',
    'password_file',
    'password_env',
    'tls',
    'tls_ca',
    'tls_certificate',
    'tls_key',
    'tls_verify',
    'databases',
    'required',
    'optional',
    'exact',
  ],
  mssql: [
    'host',
    'port',
    'instance',
    'user',
    'domain',
    'password_file',
    'password_env',
    'encrypt',
    'trust_server_certificate',
    'ca',
    'databases',
    'required',
    'optional',
    'staging_server_path',
    'staging_local_path',
    'stall',
    'check',
  ],
  sqlite: ['path', 'required', 'optional'],
  folder: ['path', 'path_from', 'path_key', 'exclude', 'required', 'optional'],
  file: ['path', 'required', 'optional'],
  backup: [
    'path',
    'second_path',
    'second_keep',
    'frequency',
    'time',
    'weekday',
    'day',
    'every',
    'weekdays',
    'automation',
    'missed',
    'retry',
    'cancel_after',
    'keep',
    'keep_days',
    'delete_old',
    'naming',
    'prefix',
    'only_if_changed',
    'compression',
    'state',
    'journal',
    'verbose',
    'nice',
    'io_limit',
  ],
  hooks: ['before', 'after', 'alert', 'time_limit'],
  versions: ['restores', 'migrate', 'changes', 'time_limit'],
  watch: ['max_age'],
  log: ['level', 'file'],
  webhook: ['url_file', 'url_env', 'on'],
  mail: [
    'host',
    'port',
    'tls',
    'tls_ca',
    'tls_verify',
    'user',
    'password_file',
    'password_env',
    'from',
    'to',
    'on',
  ],
  ping: ['url_file', 'url_env', 'start', 'success', 'fail'],
  tenants: ['folder', 'profile', 'host', 'at_once', 'look_every'],
} as const;

export type SectionKind = keyof typeof SECTION_KEYS;

export type SectionKey = (typeof SECTION_KEYS)[SectionKind][number];

/** Sections that stand in the file once and have no name. */
export const SINGLE_SECTIONS: readonly SectionKind[] = [
  'system',
  'backup',
  'versions',
  'hooks',
  'watch',
  'log',
  'tenants',
];

/** Sections that say what is saved: one for each component, and at least one of them. */
export const COMPONENT_SECTIONS: readonly SectionKind[] = ['mariadb', 'mssql', 'sqlite', 'folder', 'file'];

/** Keys whose value is a command line: its quotes are those of its words. */
export const COMMAND_KEYS: readonly string[] = ['stop', 'start', 'before', 'after', 'alert', 'migrate'];

/** Keys that hold several values: a comma list, `key[]` lines, or both. */
export const LIST_KEYS: readonly string[] = [
  'databases',
  'exclude',
  'to',
  'on',
  'weekdays',
  'restores',
  'changes',
];
