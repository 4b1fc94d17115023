import { char, nvarchar, TYPE, varbinary } from '../tds/column-types.ts';
import { activityViews } from './activity-views.ts';
import { DESCRIPTION, type View } from './catalog.ts';
import { SERVER_ROLES } from './fixed-roles.ts';
import { hasServerRole, mayEnter } from './lookup.ts';
import type { Database, ServerLogin, ServerState } from './model.ts';
import { PAGE } from './pages.ts';

const STATES = { ONLINE: 0, RESTORING: 1, RECOVERY_PENDING: 3, SUSPECT: 4, OFFLINE: 6 } as const;
const ACCESS = { MULTI_USER: 0, SINGLE_USER: 1, RESTRICTED_USER: 2 } as const;
const RECOVERY = { FULL: 1, BULK_LOGGED: 2, SIMPLE: 3 } as const;
const PRINCIPALS = { S: 'SQL_LOGIN', U: 'WINDOWS_LOGIN', G: 'WINDOWS_GROUP' } as const;

/** Views of the whole server, in lower case and without their `sys.`. */
export const serverViews: Record<string, View> = {
  ...activityViews,
  databases: {
    columns: [
      ['name', TYPE.sysname],
      ['database_id', TYPE.int],
      ['source_database_id', TYPE.int],
      ['owner_sid', TYPE.sid],
      ['create_date', TYPE.datetime],
      ['compatibility_level', TYPE.tinyint],
      ['collation_name', TYPE.sysname],
      ['user_access', TYPE.tinyint],
      ['user_access_desc', DESCRIPTION],
      ['is_read_only', TYPE.bit],
      ['is_auto_close_on', TYPE.bit],
      ['is_auto_shrink_on', TYPE.bit],
      ['state', TYPE.tinyint],
      ['state_desc', DESCRIPTION],
      ['is_in_standby', TYPE.bit],
      ['recovery_model', TYPE.tinyint],
      ['recovery_model_desc', DESCRIPTION],
      ['page_verify_option_desc', DESCRIPTION],
      ['is_auto_update_stats_on', TYPE.bit],
      ['is_auto_update_stats_async_on', TYPE.bit],
      ['is_trustworthy_on', TYPE.bit],
      ['is_db_chaining_on', TYPE.bit],
      ['is_broker_enabled', TYPE.bit],
      ['is_cdc_enabled', TYPE.bit],
      ['is_encrypted', TYPE.bit],
      ['is_published', TYPE.bit],
      ['containment', TYPE.tinyint],
      ['containment_desc', DESCRIPTION],
      ['replica_id', TYPE.guid],
      ['group_database_id', TYPE.guid],
      ['service_broker_guid', TYPE.guid],
      ['family_guid', TYPE.guid],
    ],
    rows: (state) =>
      state.databases.map((database) => [
        database.name,
        database.id,
        database.snapshotOf ?? null,
        database.ownerSid,
        database.created,
        database.compatibility,
        database.state === 'ONLINE' ? 'SQL_Latin1_General_CP1_CI_AS' : null,
        ACCESS[database.access],
        database.access,
        database.readOnly,
        false,
        false,
        STATES[database.state],
        database.state,
        false,
        RECOVERY[database.recovery],
        database.recovery,
        'CHECKSUM',
        true,
        database.asyncStatistics,
        database.trustworthy,
        false,
        false,
        false,
        database.certificate !== undefined,
        database.published ?? false,
        0,
        'NONE',
        null,
        null,
        database.family,
        database.family,
      ]),
  },
  master_files: {
    columns: fileColumns([['database_id', TYPE.int]]),
    rows: (state) =>
      state.databases.flatMap((database) => fileRows(state, database).map((row) => [database.id, ...row])),
  },
  server_principals: {
    columns: [
      ['name', TYPE.sysname],
      ['principal_id', TYPE.int],
      ['sid', TYPE.sid],
      ['type', char(1)],
      ['type_desc', DESCRIPTION],
      ['is_disabled', TYPE.bit],
      ['create_date', TYPE.datetime],
      ['modify_date', TYPE.datetime],
      ['default_database_name', TYPE.sysname],
      ['default_language_name', TYPE.sysname],
      ['credential_id', TYPE.int],
      ['owning_principal_id', TYPE.int],
      ['is_fixed_role', TYPE.bit],
    ],
    rows: (state) => [
      ...state.logins.map((login) => principalRow(login)),
      ...Object.entries(SERVER_ROLES).map(([name, id]) => [
        name,
        id,
        Buffer.from([id]),
        'R',
        'SERVER_ROLE',
        false,
        INSTALLED,
        INSTALLED,
        null,
        null,
        null,
        1,
        name !== 'public',
      ]),
    ],
  },
  sql_logins: {
    columns: [
      ['name', TYPE.sysname],
      ['principal_id', TYPE.int],
      ['sid', TYPE.sid],
      ['type', char(1)],
      ['type_desc', DESCRIPTION],
      ['is_disabled', TYPE.bit],
      ['create_date', TYPE.datetime],
      ['modify_date', TYPE.datetime],
      ['default_database_name', TYPE.sysname],
      ['default_language_name', TYPE.sysname],
      ['is_policy_checked', TYPE.bit],
      ['is_expiration_checked', TYPE.bit],
      ['password_hash', varbinary(256)],
    ],
    // Only sysadmin (CONTROL SERVER) sees the hashes.
    rows: (state, _database, session) =>
      state.logins
        .filter(({ type }) => type === 'S')
        .map((login) => [
          ...principalRow(login).slice(0, 10),
          login.policyChecked,
          false,
          hasServerRole(session.login, 'sysadmin') ? (login.passwordHash ?? null) : null,
        ]),
  },
  server_role_members: {
    columns: [
      ['role_principal_id', TYPE.int],
      ['member_principal_id', TYPE.int],
    ],
    rows: (state) =>
      state.logins.flatMap((login) => login.roles.map((role) => [SERVER_ROLES[role] as number, login.id])),
  },
  server_permissions: {
    columns: [
      ['class', TYPE.tinyint],
      ['class_desc', DESCRIPTION],
      ['grantee_principal_id', TYPE.int],
      ['permission_name', TYPE.sysname],
      ['state', char(1)],
      ['state_desc', DESCRIPTION],
    ],
    rows: (state) => state.logins.map((login) => [100, 'SERVER', login.id, 'CONNECT SQL', 'G', 'GRANT']),
  },
  configurations: {
    columns: [
      ['configuration_id', TYPE.int],
      ['name', nvarchar(35)],
      ['value', TYPE.variant],
      ['value_in_use', TYPE.variant],
    ],
    rows: () => [
      [1579, 'backup compression default', 0, 0],
      [16390, 'xp_cmdshell', 0, 0],
      [16393, 'contained database authentication', 0, 0],
    ],
  },
  dm_os_host_info: {
    columns: [
      ['host_platform', nvarchar(256)],
      ['host_distribution', nvarchar(256)],
      ['host_release', nvarchar(256)],
    ],
    rows: (state) => [
      state.host === 'Linux'
        ? ['Linux', 'Ubuntu', '22.04']
        : ['Windows', 'Windows Server 2022 Standard', '10.0'],
    ],
  },
  dm_database_encryption_keys: {
    columns: [
      ['database_id', TYPE.int],
      ['encryption_state', TYPE.int],
      ['encryptor_thumbprint', varbinary(20)],
      ['encryptor_type', nvarchar(32)],
    ],
    rows: (state) =>
      state.databases.flatMap(({ id, certificate }) =>
        certificate ? [[id, 3, certificate, 'CERTIFICATE']] : [],
      ),
  },
  certificates: {
    columns: [
      ['name', TYPE.sysname],
      ['certificate_id', TYPE.int],
      ['thumbprint', varbinary(32)],
    ],
    rows: (state) =>
      [...new Set(state.databases.flatMap(({ certificate }) => certificate?.toString('hex') ?? []))].map(
        (hex, index) => [`certificate ${index + 1}`, 256 + index, Buffer.from(hex, 'hex')],
      ),
  },
};

const INSTALLED = Temporal.PlainDateTime.from('2026-01-02T03:04:05');

function principalRow(login: ServerLogin) {
  return [
    login.name,
    login.id,
    login.sid,
    login.type,
    PRINCIPALS[login.type],
    login.disabled,
    INSTALLED,
    INSTALLED,
    login.defaultDatabase,
    'us_english',
    null,
    null,
    false,
  ] as const;
}

/** Columns of sys.master_files and sys.database_files. */
export function fileColumns(before: View['columns']): View['columns'] {
  return [
    ...before,
    ['file_id', TYPE.int],
    ['file_guid', TYPE.guid],
    ['type', TYPE.tinyint],
    ['type_desc', DESCRIPTION],
    ['data_space_id', TYPE.int],
    ['name', TYPE.sysname],
    ['physical_name', nvarchar(260)],
    ['state', TYPE.tinyint],
    ['state_desc', DESCRIPTION],
    ['size', TYPE.int],
    ['max_size', TYPE.int],
    ['growth', TYPE.int],
  ];
}

export function fileRows(state: ServerState, database: Database) {
  return database.files.map((file) => {
    const isLog = file.kind === 'L';
    return [
      file.id,
      null,
      isLog ? 1 : 0,
      isLog ? 'LOG' : 'ROWS',
      isLog ? 0 : 1,
      file.logical,
      file.physical,
      0,
      'ONLINE',
      Math.ceil(state.disk.size(file.physical) / PAGE),
      isLog ? 268_435_456 : -1,
      8192,
    ];
  });
}

/** The databases that HAS_DBACCESS tells a login of. */
export function mayUse(state: ServerState, name: string, login: ServerLogin): number | null {
  const database = state.databases.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!database) return null;
  return database.state === 'ONLINE' && mayEnter(login, database) ? 1 : 0;
}
