import {
  type SwitchedMariadbOptions,
  switchedMariadb,
} from '#sources/mariadb/target/switch/switched-mariadb.ts';
import type { RestoreLog, SwitchedTarget, SwitchRecord } from '#sources/restore-target.ts';
import { backupToFolder, type FolderBackup, serverOf } from './backup-to-folder.ts';
import { type CuttingLine, cuttingLine } from './cutting-line.ts';
import { never, restoreOf, type TestRestore } from './restore-databases.ts';
import { serverState } from './server-state.ts';
import { changeSmallSystem, SMALL_SET, smallSystem } from './small-system.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';
import { wholeState } from './whole-state.ts';

/** A system that was changed after its backup, and a restore of it whose line to the server can be cut. */
export interface SwitchCase extends AsyncDisposable {
  readonly server: TestMariadb;
  readonly line: CuttingLine;
  readonly backup: FolderBackup;
  readonly restore: TestRestore;
  /** prepare of the target, as a log would give it back. */
  prepare(): Promise<SwitchRecord>;
  /** The whole switch-over, and the state that it makes. */
  switchOver(): Promise<{ record: SwitchRecord; restored: string[] }>;
  /** From the record alone, by its own way to the server unless told otherwise. */
  switched(record: SwitchRecord, options?: Partial<SwitchedMariadbOptions>): SwitchedTarget;
  /** All that can be seen of the system, also by whoever knows nothing of the product. */
  everything(): Promise<string[]>;
  names(): Promise<string[]>;
}

/** Accounts and roles: one that the archive brings, ones that it replaces, one that it leaves alone. */
const ACCOUNTS = [
  'CREATE ROLE keeper',
  'GRANT SELECT, UPDATE ON ac.* TO keeper',
  "GRANT keeper TO viewer@'%'",
  "SET DEFAULT ROLE keeper FOR viewer@'%'",
  'CREATE FUNCTION ac.of_viewer() RETURNS INT DETERMINISTIC SQL SECURITY DEFINER RETURN 7',
  'CREATE VIEW ac.seen_by_viewer AS SELECT ac.of_viewer() AS seven, COUNT(*) AS doors FROM ac.door',
  'CREATE VIEW ta.over_view AS SELECT * FROM ac.seen_by_viewer',
  "GRANT EXECUTE ON FUNCTION ac.of_viewer TO viewer@'%'",
];

const CHANGES = [
  'DROP ROLE keeper',
  "DROP USER viewer@'%'",
  "ALTER USER app@localhost IDENTIFIED BY 'another'",
  'GRANT DELETE ON ac.* TO app@localhost',
  'ALTER VIEW ta.over_view AS SELECT doors FROM ac.seen_by_viewer',
];

const SEEN = [...SMALL_SET, 'other'];

export async function switchCase(more: { before?: string[]; after?: string[] } = {}): Promise<SwitchCase> {
  await using made = new AsyncDisposableStack();
  const server = made.use(await startMariadb());
  await server.sql([...smallSystem(), ...ACCOUNTS, ...(more.before ?? [])]);
  const backup = made.use(await backupToFolder(server, SMALL_SET));
  await server.sql([...changeSmallSystem(), ...CHANGES, ...(more.after ?? [])]);
  const line = made.use(await cuttingLine(server.port));
  const restore = made.use(
    await restoreOf(backup, server, {
      server: { ...serverOf(server), address: { host: '127.0.0.1', port: line.port } },
      replaceAccounts: true,
      run: 'run7',
      reconnectMs: 0,
    }),
  );
  const { stateFolder } = restore;
  const prepare = async (): Promise<SwitchRecord> =>
    JSON.parse(JSON.stringify(await restore.target.prepare(never))) as SwitchRecord;
  const everything = async (): Promise<string[]> => {
    const { accounts } = await serverState(server, []);
    return [...(await wholeState(server, SEEN)), ...accounts];
  };
  const kept = made.move();
  return {
    server,
    line,
    backup,
    restore,
    prepare,
    async switchOver() {
      const record = await prepare();
      await restore.target.switchOver(silent, never);
      return { record, restored: await everything() };
    },
    switched: (record, options = {}) =>
      switchedMariadb(record, { server: serverOf(server), stateFolder, ...options }),
    everything,
    async names() {
      const rows = await server.sql("SHOW DATABASES LIKE 'lb\\_%'");
      return rows.map((row) => String(Object.values(row)[0])).sort();
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

export const silent: RestoreLog = { before: async () => undefined, done: async () => undefined };

/** What one state has and the other has not. */
export function differences(now: readonly string[], then: readonly string[]): string[] {
  return [
    ...then.filter((fact) => !now.includes(fact)).map((fact) => `- ${fact}`),
    ...now.filter((fact) => !then.includes(fact)).map((fact) => `+ ${fact}`),
  ];
}
