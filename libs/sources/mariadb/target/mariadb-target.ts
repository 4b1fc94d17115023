import { hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { memberSegment } from '../../member-segment.ts';
import type { MemberReader, RestoreTarget, SwitchRecord } from '../../restore-target.ts';
import type { ComponentRecord } from '../../source.ts';
import { connectMariadb, type MariadbServer } from '../connect.ts';
import type { AccountObject, DatabaseObjects } from '../format.ts';
import { damagedError, damagedTables } from './damaged-tables.ts';
import { inspectTarget } from './inspect-target.ts';
import { makeRoom } from './make-room.ts';
import { readAccountObjects, readDatabaseObjects } from './read-archived.ts';
import { stagingArea } from './staging/staging-area.ts';
import type { SwitchStep } from './switch/switch-parts.ts';
import { type Agreed, switchedSet } from './switch/switched-set.ts';

export interface MariadbTargetOptions {
  /** The server's section in the conf; the target's id is `mariadb/<name>`. */
  name: string;
  /** From signInForRestore, or of an account that has all rights. */
  server: MariadbServer;
  /** The chosen components of this server; state `missing` ones are passed over. */
  components: readonly ComponentRecord[];
  /** The archive they are in: inspect reads their definitions. */
  archive: MemberReader;
  /** Private folder for what a switch-over must be able to bring back. */
  stateFolder: string;
  archiveServerVersion?: string | undefined;
  /** What to do if the server has local_infile off: finding of level problem, switch it on meanwhile, INSERT. */
  localInfile?: 'refuse' | 'switch-on' | 'insert';
  /** Agreed: sessions that hold the switch-over back are ended. */
  endSessions?: boolean;
  /** Agreed: accounts that differ from the archive are made as there. */
  replaceAccounts?: boolean;
  /** Agreed: accounts with rights on everything are created (and replaced) too. */
  globalAccounts?: boolean;
  /** Agreed: live tables that the server cannot open, so cannot keep either, are dropped. */
  dropDamaged?: boolean;
  /** Short and unique: names of staging databases are `lb_<run>_<n>`. Default: random. */
  run?: string;
  /** Called before each step of the switch-over. */
  onStep?: (step: SwitchStep) => void | Promise<void>;
  /** How long a server that went away in the switch-over is waited for. Default: a minute. */
  reconnectMs?: number;
}

export interface MariadbTarget extends RestoreTarget {
  /** What a person should know after the switch-over, a line each. */
  readonly notes: readonly string[];
  /** Names what stage is about to make, so that it can be dropped in another process. Makes nothing. */
  announce(signal: AbortSignal): Promise<SwitchRecord>;
  /** Reads what is live and resolves with all that is needed to go back. Changes nothing live. */
  prepare(signal: AbortSignal): Promise<SwitchRecord>;
}

const RECONNECT_MS = 60_000;

/** Brings databases and accounts of one server back. */
export function mariadbTarget(options: MariadbTargetOptions): MariadbTarget {
  const { name, server } = options;
  const chosen = options.components.filter((component) => component.state !== 'missing');
  const records = chosen.filter((component) => component.kind === 'mariadb-database');
  const accountRecord = chosen.find((component) => component.kind === 'mariadb-accounts');
  const localInfile = options.localInfile ?? 'refuse';
  const agreed = agreedTo(options);
  const notes: string[] = [];
  const parts = { name, server, records, run: runOf(options), note: (text: string) => void notes.push(text) };
  const staging = stagingArea({ ...parts, localInfile });
  const switched = switchedSet({
    ...parts,
    agreed,
    stateFolder: options.stateFolder,
    onStep: options.onStep ?? (() => undefined),
    reconnectMs: options.reconnectMs ?? RECONNECT_MS,
  });
  const definitions = once((record, signal) => readDatabaseObjects(record, options.archive, signal));
  let accounts: AccountObject[] = [];
  let sound = agreed.dropDamaged;

  return {
    id: `mariadb/${name}`,
    notes,
    async inspect(signal) {
      const databases: { record: ComponentRecord; objects: DatabaseObjects }[] = [];
      for (const record of records) databases.push({ record, objects: await definitions(record, signal) });
      const ofAccounts = accountRecord && {
        record: accountRecord,
        accounts: (await readAccountObjects(accountRecord, options.archive, signal)).accounts,
      };
      const { archiveServerVersion } = options;
      const all = { server, databases, accounts: ofAccounts, archiveServerVersion, localInfile, agreed };
      return await inspectTarget(all, signal);
    },
    announce: staging.announce,
    async stage(component, archive, stageOptions) {
      const { signal } = stageOptions;
      if (component.kind === 'mariadb-accounts') {
        accounts = (await readAccountObjects(component, archive, signal)).accounts;
        stageOptions.onBytes(component.bytes, 'accounts');
        return;
      }
      if (!sound) await refuseDamaged(server, records, signal);
      sound = true;
      await staging.stage(component, await definitions(component, signal), archive, stageOptions);
    },
    stagedPlaces: (folder, signal) =>
      staging.open(join(folder, `mariadb-${memberSegment(name)}.cnf`), signal),
    makeRoom: (signal) =>
      makeRoom(
        server,
        records.map((record) => record.name),
        signal,
      ),
    check: (signal, changed) => staging.check(signal, changed),
    prepare: (signal) => switched.prepare(staging.all(), accounts, signal),
    async switchOver(log, signal) {
      await switched.switchOver(staging.all(), log, signal);
      for (const note of notes) await log.done(note);
    },
    [Symbol.asyncDispose]: () => staging.drop(),
  };
}

function agreedTo(options: MariadbTargetOptions): Agreed {
  return {
    endSessions: options.endSessions ?? false,
    replaceAccounts: options.replaceAccounts ?? false,
    globalAccounts: options.globalAccounts ?? false,
    dropDamaged: options.dropDamaged ?? false,
  };
}

/** Two sections of a conf may lead to one server. */
function runOf(options: MariadbTargetOptions): string {
  return `${options.run ?? randomBytes(4).toString('hex')}${hash('sha256', options.name).slice(0, 3)}`;
}

/** Before hours of staging, not after. */
async function refuseDamaged(
  server: MariadbServer,
  records: readonly ComponentRecord[],
  signal: AbortSignal,
): Promise<void> {
  await using connection = await connectMariadb(server, signal);
  const names = records.map((record) => record.name);
  const damaged = await damagedTables(connection, names);
  if (damaged.length > 0) throw damagedError(damaged);
}

type ReadDefinitions = (record: ComponentRecord, signal: AbortSignal) => Promise<DatabaseObjects>;

/** Definitions are read once for each component. */
function once(read: ReadDefinitions): ReadDefinitions {
  const known = new Map<string, DatabaseObjects>();
  return async (record, signal) => {
    const objects = known.get(record.id) ?? (await read(record, signal));
    known.set(record.id, objects);
    return objects;
  };
}
