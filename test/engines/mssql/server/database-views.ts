import { char, nvarchar, TYPE } from '../tds/column-types.ts';
import { DESCRIPTION, type View } from './catalog.ts';
import { DATABASE_ROLES } from './fixed-roles.ts';
import type { Database } from './model.ts';
import { PAGE } from './pages.ts';
import { fileColumns, fileRows } from './server-views.ts';

const CREATED = Temporal.PlainDateTime.from('2026-01-02T03:04:05');
const USER_TYPES = { S: 'SQL_USER', U: 'WINDOWS_USER', G: 'WINDOWS_GROUP', R: 'DATABASE_ROLE' } as const;
const OBJECT_TYPES = {
  U: 'USER_TABLE',
  V: 'VIEW',
  P: 'SQL_STORED_PROCEDURE',
  FN: 'SQL_SCALAR_FUNCTION',
  TR: 'SQL_TRIGGER',
} as const;
const SCHEMAS: Record<string, number> = { dbo: 1, guest: 2, INFORMATION_SCHEMA: 3, sys: 4 };

const OBJECT_COLUMNS: View['columns'] = [
  ['name', TYPE.sysname],
  ['object_id', TYPE.int],
  ['principal_id', TYPE.int],
  ['schema_id', TYPE.int],
  ['parent_object_id', TYPE.int],
  ['type', char(2)],
  ['type_desc', DESCRIPTION],
  ['create_date', TYPE.datetime],
  ['modify_date', TYPE.datetime],
  ['is_ms_shipped', TYPE.bit],
];

/** Views of one database, in lower case and without their `sys.`. */
export const databaseViews: Record<string, View> = {
  database_files: { columns: fileColumns([]), rows: fileRows },
  objects: { columns: OBJECT_COLUMNS, rows: (_state, database) => objectRows(database) },
  tables: {
    columns: OBJECT_COLUMNS,
    rows: (_state, database) => objectRows(database).filter(([, , , , , type]) => type === 'U'),
  },
  views: {
    columns: OBJECT_COLUMNS,
    rows: (_state, database) => objectRows(database).filter(([, , , , , type]) => type === 'V'),
  },
  procedures: {
    columns: OBJECT_COLUMNS,
    rows: (_state, database) => objectRows(database).filter(([, , , , , type]) => type === 'P'),
  },
  schemas: {
    columns: [
      ['name', TYPE.sysname],
      ['schema_id', TYPE.int],
      ['principal_id', TYPE.int],
    ],
    rows: (_state, database) => [...schemasOf(database)].map(([name, id]) => [name, id, id <= 4 ? id : 1]),
  },
  columns: {
    columns: [
      ['object_id', TYPE.int],
      ['name', TYPE.sysname],
      ['column_id', TYPE.int],
      ['is_nullable', TYPE.bit],
      ['is_identity', TYPE.bit],
    ],
    rows: (_state, { content }) =>
      content.tables.flatMap((table) =>
        table.columns.map((column, index) => [
          table.id,
          column.name,
          index + 1,
          column.nullable,
          column.identity,
        ]),
      ),
  },
  partitions: {
    columns: [
      ['partition_id', TYPE.bigint],
      ['object_id', TYPE.int],
      ['index_id', TYPE.int],
      ['partition_number', TYPE.int],
      ['rows', TYPE.bigint],
    ],
    rows: (_state, { content }) =>
      content.tables.map((table) => [
        72_057_594_000_000_000n + BigInt(table.id),
        table.id,
        table.columns.some(({ key }) => key) ? 1 : 0,
        1,
        BigInt(table.rows.length),
      ]),
  },
  allocation_units: {
    columns: [
      ['allocation_unit_id', TYPE.bigint],
      ['type', TYPE.tinyint],
      ['container_id', TYPE.bigint],
      ['total_pages', TYPE.bigint],
      ['used_pages', TYPE.bigint],
    ],
    rows: (state, { files }) =>
      files
        .filter(({ kind }) => kind === 'D')
        .map(({ id, physical }) => {
          const pages = BigInt(Math.ceil(state.disk.size(physical) / PAGE));
          return [BigInt(id), 1, 1n, pages, pages];
        }),
  },
  sql_modules: {
    columns: [
      ['object_id', TYPE.int],
      ['definition', TYPE.text],
    ],
    rows: (_state, { content }) => content.others.map(({ id, definition }) => [id, definition]),
  },
  database_principals: {
    columns: [
      ['name', TYPE.sysname],
      ['principal_id', TYPE.int],
      ['type', char(1)],
      ['type_desc', DESCRIPTION],
      ['default_schema_name', TYPE.sysname],
      ['create_date', TYPE.datetime],
      ['owning_principal_id', TYPE.int],
      ['sid', TYPE.sid],
      ['is_fixed_role', TYPE.bit],
      ['authentication_type', TYPE.int],
      ['authentication_type_desc', DESCRIPTION],
    ],
    rows: (_state, database) => principalRows(database),
  },
  database_role_members: {
    columns: [
      ['role_principal_id', TYPE.int],
      ['member_principal_id', TYPE.int],
    ],
    rows: (_state, { content, ...database }) => [
      [DATABASE_ROLES['db_owner'] as number, 1],
      ...content.users.flatMap(({ id, roles }) =>
        roles.map((role) => [roleId({ content, ...database }, role), id]),
      ),
    ],
  },
  database_permissions: {
    columns: [
      ['class', TYPE.tinyint],
      ['grantee_principal_id', TYPE.int],
      ['type', char(4)],
      ['permission_name', nvarchar(128)],
      ['state', char(1)],
    ],
    rows: (_state, { content }) =>
      content.users.filter(({ type }) => type !== 'R').map(({ id }) => [0, id, 'CO', 'CONNECT', 'G']),
  },
};

function objectRows(database: Database) {
  const schemas = schemasOf(database);
  const { tables, others } = database.content;
  const objects = [...tables.map((table) => ({ ...table, type: 'U' as const })), ...others];
  return objects.map(
    ({ name, id, schema, type }) =>
      [
        name,
        id,
        null,
        schemas.get(schema) ?? 1,
        0,
        type,
        OBJECT_TYPES[type],
        CREATED,
        CREATED,
        false,
      ] as const,
  );
}

function schemasOf(database: Database): Map<string, number> {
  const { tables, others } = database.content;
  const own = new Set([...tables, ...others].map(({ schema }) => schema));
  const schemas = new Map(Object.entries(SCHEMAS));
  for (const name of own) if (!schemas.has(name)) schemas.set(name, schemas.size + 1);
  return schemas;
}

function principalRows(database: Database) {
  const built = [
    ['dbo', 1, 'S', database.content.dboSid],
    ['guest', 2, 'S', Buffer.from([0])],
    ['INFORMATION_SCHEMA', 3, 'S', null],
    ['sys', 4, 'S', null],
  ] as const;
  const authentication = (type: 'S' | 'U' | 'G' | 'R', sid: Buffer | null) => {
    if (type === 'U' || type === 'G') return [3, 'WINDOWS'] as const;
    return type === 'S' && sid !== null && sid.length > 1
      ? ([1, 'INSTANCE'] as const)
      : ([0, 'NONE'] as const);
  };
  const row = (name: string, id: number, type: 'S' | 'U' | 'G' | 'R', sid: Buffer | null, fixed: boolean) => [
    name,
    id,
    type,
    USER_TYPES[type],
    type === 'R' ? null : 'dbo',
    CREATED,
    type === 'R' ? 1 : null,
    sid,
    fixed,
    ...(id === 1 ? ([1, 'INSTANCE'] as const) : authentication(type, sid)),
  ];
  return [
    ...built.map(([name, id, type, sid]) => row(name, id, type, sid, false)),
    ...database.content.users.map(({ name, id, type, sid }) => row(name, id, type, sid, false)),
    ...Object.entries(DATABASE_ROLES).map(([name, id]) =>
      row(name, id, 'R', Buffer.from([1, 5, id & 0xff]), name !== 'public'),
    ),
  ];
}

function roleId(database: Database, role: string): number {
  return DATABASE_ROLES[role] ?? database.content.users.find(({ name }) => name === role)?.id ?? 0;
}
