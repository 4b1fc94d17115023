import { hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { memberSegment } from '../../member-segment.ts';
import type { MemberReader, RestoreTarget, SwitchRecord } from '../../restore-target.ts';
import type { ComponentRecord } from '../../source.ts';
import type { MssqlServer } from '../connection.ts';
import type { LoginObject } from '../format.ts';
import { archivedHome } from './archived-home.ts';
import { inspectTarget } from './inspect-target.ts';
import { makeRoom } from './make-room.ts';
import { readLoginObjects } from './read-archived.ts';
import { announceStaging } from './staging/announce-staging.ts';
import type { FilePlace } from './staging/place-files.ts';
import { stagingSet } from './staging/staging-set.ts';
import { switchedSet } from './switch/switched-set.ts';

export interface MssqlTargetOptions {
  /** The server's section in the conf; the target's id is `mssql/<name>`. */
  name: string;
  /** The login needs the server role sysadmin. */
  server: MssqlServer;
  /** The chosen components of this server; state `missing` ones are passed over. */
  components: readonly ComponentRecord[];
  /** The archive they are in: inspect reads its logins. */
  archive: MemberReader;
  /** The folder that backup files go through, by its two paths; undefined: the server's own, on this machine. */
  staging: { serverPath: string; localPath: string } | undefined;
  /** RESTORE, DBCC or ALTER DATABASE without progress for so many milliseconds has failed. */
  stallMs: number;
  check: 'physical_only' | 'full';
  /** The conf file: with section and machine it marks our files in a staging folder that others may use too. */
  conf: string;
  /** Private folder for what an undo must be able to bring back. */
  stateFolder: string;
  /** Agreed: created logins become members of the server roles they had. */
  globalAccounts?: boolean;
  /** Agreed: live databases that are damaged, so cannot be kept, are dropped. */
  dropDamaged?: boolean;
  /**
   * The archive was made of this very server before its databases were dropped: they come back to where their files
   * lay, as trusted as they were.
   */
  savedHere?: boolean;
  /** Short and unique: names of staging databases are `lb_<run>_<n>`. Default: random. */
  run?: string;
  /** How long sessions that come back are put out, in milliseconds. Default: 30 seconds. */
  retryMs?: number;
  /** How long a server that went away in the switch-over is waited for. Default: a minute. */
  reconnectMs?: number;
  /** How long a file that the server wrote may take to appear here. */
  seenMs?: number;
}

export interface MssqlTarget extends RestoreTarget {
  /** What a person should know after the switch-over, a line each. */
  readonly notes: readonly string[];
  /** Names what stage is about to make, so that it can be dropped in another process. Makes nothing. */
  announce(signal: AbortSignal): Promise<SwitchRecord>;
  /** Reads what is live and resolves with all that is needed to go back. Changes nothing live. */
  prepare(signal: AbortSignal): Promise<SwitchRecord>;
}

const RETRY_MS = 30_000;
const RECONNECT_MS = 60_000;

/** Brings databases and logins of one SQL Server back. */
export function mssqlTarget(options: MssqlTargetOptions): MssqlTarget {
  const { name, server, archive } = options;
  const chosen = options.components.filter((component) => component.state !== 'missing');
  const records = chosen.filter((component) => component.kind === 'mssql-database');
  const loginRecord = chosen.find((component) => component.kind === 'mssql-logins');
  const notes: string[] = [];
  const seen = new Map<string, number | undefined>();
  const homes = new Map<string, readonly FilePlace[]>();
  const parts = {
    name,
    server,
    records,
    run: runOf(options),
    configured: options.staging,
    conf: options.conf,
    stateFolder: options.stateFolder,
    seenMs: options.seenMs,
    stallMs: options.stallMs,
    retryMs: options.retryMs ?? RETRY_MS,
    reconnectMs: options.reconnectMs ?? RECONNECT_MS,
    depth: options.check,
    globalAccounts: options.globalAccounts ?? false,
    dropDamaged: options.dropDamaged ?? false,
    savedHere: options.savedHere ?? false,
    home: (record: ComponentRecord): readonly FilePlace[] =>
      homes.get(record.id) ?? (options.savedHere ? archivedHome(record) : []),
    // Only the first look counts: it was before the safety archive.
    onLive: (component: string, id: number | undefined) =>
      void (seen.has(component) || seen.set(component, id)),
    // What is there at a recovery may be what was restored.
    isKnown: (component: string, id: number) => options.savedHere === true || seen.get(component) === id,
    notes,
    note: (text: string) => void notes.push(text),
  };
  const staging = stagingSet(parts);
  const switched = switchedSet(parts);
  let logins: LoginObject[] = [];

  return {
    id: `mssql/${name}`,
    notes,
    inspect: (signal) => inspectTarget({ ...parts, loginRecord, archive }, signal),
    announce: (signal) => announceStaging(parts, signal),
    async stage(component, from, stageOptions) {
      if (component.kind === 'mssql-logins') {
        ({ logins } = await readLoginObjects(component, from, stageOptions.signal));
        stageOptions.onBytes(component.bytes, 'logins');
        return;
      }
      const record = records.find(({ id }) => id === component.id);
      if (record) await staging.stage(record, from, stageOptions);
    },
    stagedPlaces: (folder) => staging.open(join(folder, `mssql-${memberSegment(name)}.json`)),
    async makeRoom(signal, log) {
      for (const [id, files] of await makeRoom(parts, log, signal)) homes.set(id, files);
    },
    check: (signal, changed) => staging.check(signal, changed),
    prepare: (signal) => switched.prepare(staging.all(), logins, signal),
    switchOver: (log, signal) => switched.switchOver(staging.all(), log, signal),
    [Symbol.asyncDispose]: () => staging.drop(),
  };
}

/** Two sections of a conf may lead to one server. */
function runOf(options: MssqlTargetOptions): string {
  return `${options.run ?? randomBytes(4).toString('hex')}${hash('sha256', options.name).slice(0, 3)}`;
}
