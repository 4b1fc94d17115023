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
  backup: ['path', 'frequency', 'time', 'weekday', 'day', 'keep', 'compression', 'state', 'journal'],
} as const;

export type SectionKind = keyof typeof SECTION_KEYS;

export type SectionKey = (typeof SECTION_KEYS)[SectionKind][number];

/** Sections that stand in the file once and have no name; the others are components, one section each. */
export const SINGLE_SECTIONS: readonly SectionKind[] = ['system', 'backup'];

/** Keys whose value is a command line: its quotes are those of its words. */
export const COMMAND_KEYS: readonly string[] = ['stop', 'start'];

/** Keys that hold several values: a comma list, `key[]` lines, or both. */
export const LIST_KEYS: readonly string[] = ['databases', 'exclude'];
