import { nvarchar, TYPE, varbinary } from '../tds/column-types.ts';
import type { View } from './catalog.ts';
import { hasServerRole } from './lookup.ts';
import type { ServerState, Session } from './model.ts';

/** Who is connected and what runs. Without VIEW SERVER STATE one sees oneself only, as on the real server. */
export const activityViews: Record<string, View> = {
  dm_exec_sessions: {
    columns: [
      ['session_id', TYPE.smallint],
      ['login_time', TYPE.datetime],
      ['host_name', TYPE.sysname],
      ['program_name', TYPE.sysname],
      ['login_name', TYPE.sysname],
      ['original_login_name', TYPE.sysname],
      ['status', nvarchar(30)],
      ['database_id', TYPE.smallint],
      ['is_user_process', TYPE.bit],
      ['open_transaction_count', TYPE.int],
      ['last_request_start_time', TYPE.datetime],
    ],
    rows: (state, _database, self) =>
      visible(state, self).map((session) => [
        session.spid,
        session.since,
        session.host,
        session.application,
        session.login.name,
        session.login.name,
        session.request ? 'running' : 'sleeping',
        session.database.id,
        true,
        session.inTransaction ? 1 : 0,
        session.request?.since ?? session.since,
      ]),
  },
  dm_exec_requests: {
    columns: [
      ['session_id', TYPE.smallint],
      ['request_id', TYPE.int],
      ['start_time', TYPE.datetime],
      ['status', nvarchar(30)],
      ['command', nvarchar(32)],
      ['sql_handle', varbinary(64)],
      ['database_id', TYPE.smallint],
      ['blocking_session_id', TYPE.smallint],
      ['wait_type', nvarchar(60)],
      ['percent_complete', TYPE.real],
      ['estimated_completion_time', TYPE.bigint],
      ['total_elapsed_time', TYPE.int],
    ],
    rows: (state, _database, self) =>
      visible(state, self).flatMap(({ spid, request, database }) =>
        request
          ? [
              [
                spid,
                0,
                request.since,
                'running',
                request.command,
                handleOf(spid),
                database.id,
                0,
                null,
                request.percent,
                0n,
                0,
              ],
            ]
          : [],
      ),
  },
  dm_exec_connections: {
    columns: [
      ['session_id', TYPE.int],
      ['net_transport', nvarchar(40)],
      ['encrypt_option', nvarchar(40)],
      ['auth_scheme', nvarchar(40)],
      ['client_net_address', nvarchar(48)],
    ],
    rows: (state, _database, self) =>
      visible(state, self).map(({ spid, connection, login }) => [
        spid,
        'TCP',
        connection.encrypted ? 'TRUE' : 'FALSE',
        login.type === 'S' ? 'SQL' : 'NTLM',
        '127.0.0.1',
      ]),
  },
};

function visible(state: ServerState, self: Session): Session[] {
  const all = hasServerRole(self.login, 'sysadmin');
  return [...state.sessions.values()].filter((session) => all || session === self);
}

/** A sql_handle from which dm_exec_sql_text finds the session again. */
function handleOf(spid: number): Buffer {
  const handle = Buffer.alloc(20);
  handle.writeUInt8(2, 0);
  handle.writeUInt32LE(spid, 16);
  return handle;
}
