import { createHash } from 'node:crypto';
import { commonType } from '../sql/common-type.ts';
import type { ScalarFunction } from '../sql/compile-expression.ts';
import { nvarchar, TYPE, type Value } from '../tds/column-types.ts';
import { DATABASE_ROLES, SERVER_ROLES } from './fixed-roles.ts';
import { findDatabase, findLogin, hasDatabaseRole, hasServerRole, loginBySid, userOf } from './lookup.ts';
import type { Database, ServerState, Session } from './model.ts';
import { serverProperty } from './server-property.ts';
import { mayUse } from './server-views.ts';

/** The function of that name as a session sees it, if there is one. */
export function scalarFunction(
  name: string,
  state: ServerState,
  session: Session,
  database: Database,
): ScalarFunction | undefined {
  return TEXT_FUNCTIONS[name] ?? serverFunctions(state, session, database)[name];
}

const text = (value: Value | undefined): string | null =>
  value === null || value === undefined ? null : String(value);
const onText =
  (change: (text: string, rest: readonly Value[]) => Value): ScalarFunction['call'] =>
  ([value, ...rest]) =>
    value === null || value === undefined ? null : change(String(value), rest);
const sameType: ScalarFunction['type'] = ([type = TYPE.text]) =>
  type.kind === 'char' ? nvarchar(type.length) : type;

const TEXT_FUNCTIONS: Record<string, ScalarFunction> = {
  isnull: { type: sameType, call: ([first = null, second = null]) => first ?? second },
  coalesce: { type: commonType, call: (values) => values.find((value) => value !== null) ?? null },
  nullif: { type: sameType, call: ([first = null, second = null]) => (first === second ? null : first) },
  lower: { type: sameType, call: onText((value) => value.toLowerCase()) },
  upper: { type: sameType, call: onText((value) => value.toUpperCase()) },
  ltrim: { type: sameType, call: onText((value) => value.trimStart()) },
  rtrim: { type: sameType, call: onText((value) => value.trimEnd()) },
  trim: { type: sameType, call: onText((value) => value.trim()) },
  len: { type: TYPE.int, call: onText((value) => value.trimEnd().length) },
  datalength: {
    type: TYPE.int,
    call: ([value = null]) =>
      value === null ? null : Buffer.isBuffer(value) ? value.length : String(value).length * 2,
  },
  left: { type: sameType, call: onText((value, [count]) => value.slice(0, Number(count))) },
  right: {
    type: sameType,
    call: onText((value, [count]) => value.slice(Math.max(value.length - Number(count), 0))),
  },
  substring: {
    type: sameType,
    call: onText((value, [start, count]) =>
      value.slice(Number(start) - 1, Number(start) - 1 + Number(count)),
    ),
  },
  replace: {
    type: TYPE.text,
    call: onText((value, [from, to]) => replaceText(value, String(from), String(to))),
  },
  replicate: { type: TYPE.text, call: onText((value, [count]) => value.repeat(Number(count))) },
  charindex: {
    type: TYPE.int,
    call: onText((value, [within]) => String(within).toLowerCase().indexOf(value.toLowerCase()) + 1),
  },
  concat: { type: TYPE.text, call: (values) => values.map((value) => text(value) ?? '').join('') },
  quotename: { type: nvarchar(258), call: onText((value) => `[${value.replaceAll(']', ']]')}]`) },
  nchar: { type: nvarchar(1), call: ([code = null]) => String.fromCodePoint(Number(code)) },
  checksum: { type: TYPE.int, call: (values) => digestOf(values) },
  binary_checksum: { type: TYPE.int, call: (values) => digestOf(values) },
};

/** REPLACE finds its text without case, as all comparisons here. */
function replaceText(text: string, from: string, to: string): string {
  return from === '' ? text : text.replace(new RegExp(RegExp.escape(from), 'giu'), () => to);
}

/** Not the server's own formula: equal values have equal numbers, and that is what it is for. */
function digestOf(values: readonly Value[]): number {
  const hash = createHash('sha256');
  for (const value of values)
    hash.update(Buffer.isBuffer(value) ? value : `${typeof value}:${String(value)};`);
  return hash.digest().readInt32LE();
}

function serverFunctions(
  state: ServerState,
  session: Session,
  database: Database,
): Record<string, ScalarFunction> {
  const { login } = session;
  const named = (name: Value | undefined): Database | undefined =>
    name === undefined ? database : findDatabase(state, String(name));
  const now = (): Value => Temporal.Now.plainDateTimeISO();
  return {
    serverproperty: { type: TYPE.variant, call: ([name = null]) => serverProperty(state, String(name)) },
    connectionproperty: {
      type: TYPE.variant,
      call: ([name = null]) => (String(name).toLowerCase() === 'net_transport' ? 'TCP' : null),
    },
    is_srvrolemember: {
      type: TYPE.int,
      call: ([role = null, who]) => {
        if (!(String(role).toLowerCase() in SERVER_ROLES)) return null;
        const asked = who === undefined ? login : findLogin(state, String(who));
        return asked ? Number(hasServerRole(asked, String(role))) : null;
      },
    },
    is_member: {
      type: TYPE.int,
      call: ([role = null]) =>
        String(role).toLowerCase() in DATABASE_ROLES
          ? Number(hasDatabaseRole(login, database, String(role).toLowerCase()))
          : null,
    },
    has_dbaccess: { type: TYPE.int, call: ([name = null]) => mayUse(state, String(name), login) },
    has_perms_by_name: {
      type: TYPE.int,
      call: ([, , permission = null]) =>
        Number(
          hasServerRole(login, 'sysadmin') ||
            (/create any database/i.test(String(permission)) && hasServerRole(login, 'dbcreator')),
        ),
    },
    db_name: {
      type: TYPE.sysname,
      call: ([id]) =>
        id === undefined ? database.name : (state.databases.find((one) => one.id === id)?.name ?? null),
    },
    db_id: { type: TYPE.smallint, call: ([name]) => named(name)?.id ?? null },
    databasepropertyex: {
      type: TYPE.variant,
      call: ([name = null, property = null]) => databaseProperty(state, named(name), String(property)),
    },
    suser_sname: {
      type: TYPE.sysname,
      call: ([sid]) =>
        sid === undefined ? login.name : Buffer.isBuffer(sid) ? (loginBySid(state, sid)?.name ?? null) : null,
    },
    suser_name: { type: TYPE.sysname, call: () => login.name },
    suser_sid: {
      type: TYPE.sid,
      call: ([name]) => (name === undefined ? login : findLogin(state, String(name)))?.sid ?? null,
    },
    original_login: { type: TYPE.sysname, call: () => login.name },
    user_name: {
      type: TYPE.sysname,
      call: () =>
        hasServerRole(login, 'sysadmin') || database.ownerSid.equals(login.sid)
          ? 'dbo'
          : (userOf(database, login)?.name ?? 'guest'),
    },
    object_id: {
      type: TYPE.int,
      call: ([name = null]) => objectId(database, String(name)),
    },
    schema_name: { type: TYPE.sysname, call: () => 'dbo' },
    host_name: { type: TYPE.sysname, call: () => session.host },
    app_name: { type: TYPE.sysname, call: () => session.application },
    getdate: { type: TYPE.datetime, call: now },
    sysdatetime: { type: TYPE.datetime2, call: now },
    getutcdate: { type: TYPE.datetime, call: utcNow },
    sysutcdatetime: { type: TYPE.datetime2, call: utcNow },
  };
}

function utcNow(): Value {
  return Temporal.Now.plainDateTimeISO('UTC');
}

function databaseProperty(state: ServerState, database: Database | undefined, property: string): Value {
  if (!database) return null;
  const online = database.state === 'ONLINE';
  switch (property.toLowerCase()) {
    case 'version':
      return online ? state.databaseVersion : null;
    case 'status':
      return database.state;
    case 'recovery':
      return database.recovery;
    case 'useraccess':
      return database.access;
    case 'updateability':
      return database.readOnly ? 'READ_ONLY' : 'READ_WRITE';
    case 'collation':
      return online ? 'SQL_Latin1_General_CP1_CI_AS' : null;
    default:
      throw new Error(`the test server does not model DATABASEPROPERTYEX ${property}`);
  }
}

function objectId(database: Database, name: string): number | null {
  const parts = name.split('.').map((part) => part.replace(/^\[|\]$/g, '').toLowerCase());
  const [own, schema = 'dbo'] = parts.reverse();
  const { tables, others } = database.content;
  return (
    [...tables, ...others].find(
      (object) => object.name.toLowerCase() === own && object.schema.toLowerCase() === schema,
    )?.id ?? null
  );
}
