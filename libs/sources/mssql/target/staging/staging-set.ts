import { LifeboatError } from '#platform/errors.ts';
import type { CheckedItem, MemberReader, StagedPlace, StageOptions } from '../../../restore-target.ts';
import type { ComponentRecord } from '../../../source.ts';
import { notSysadmin } from '../../check-server.ts';
import { connectMssql } from '../../connect.ts';
import type { Connection, MssqlServer } from '../../connection.ts';
import { proveStaging } from '../../prove-staging.ts';
import { readServer } from '../../read-server.ts';
import { findStaging, type Staging } from '../../staging.ts';
import { sweepStaging } from '../../sweep-staging.ts';
import { readDatabaseObjects } from '../read-archived.ts';
import { readInstance } from '../read-instance.ts';
import { readDatabase } from '../read-live.ts';
import type { Patience } from '../switch/patience.ts';
import { dropDatabase } from '../switch/take-exclusively.ts';
import { checkStaged } from './check-staged.ts';
import { leftovers } from './leftovers.ts';
import { markOf, stagedFileName } from './mark-of.ts';
import type { FilePlace } from './place-files.ts';
import { proveReading } from './prove-reading.ts';
import { restoreDatabase } from './restore-database.ts';
import { writeConnectionFile } from './write-connection-file.ts';

export interface StagingSetParts {
  /** The server's section, for messages. */
  name: string;
  server: MssqlServer;
  /** The databases of the set, in the order in which they are numbered. */
  records: readonly ComponentRecord[];
  run: string;
  configured: { serverPath: string; localPath: string } | undefined;
  conf: string;
  seenMs: number | undefined;
  stallMs: number;
  retryMs: number;
  depth: 'physical_only' | 'full';
  /** Agreed: a live database that is damaged may be dropped. */
  dropDamaged: boolean;
  /** Where files of a database lay that is not there any more; none: not known. */
  home: (record: ComponentRecord) => readonly FilePlace[];
  note: (text: string) => void;
}

/** A database as it was restored, beside the live one. */
export interface StagedDatabase {
  record: ComponentRecord;
  staged: string;
  stagedId: number;
}

/** Databases beside the live ones; nobody else knows their names. */
export interface StagingSet {
  /** All of the set; throws if one is not staged. */
  all(): readonly StagedDatabase[];
  stage(record: ComponentRecord, archive: MemberReader, options: StageOptions): Promise<void>;
  /** Where each database lies, for a program that migrates it. */
  open(connectionFile: string): Promise<StagedPlace[]>;
  /** Of what was migrated only the pages are checked. */
  check(signal: AbortSignal, changed?: ReadonlySet<string>): Promise<CheckedItem[]>;
  drop(): Promise<void>;
}

export function stagingSet(parts: StagingSetParts): StagingSet {
  const { server, records } = parts;
  const made: string[] = [];
  const staged: (StagedDatabase & { archive: MemberReader })[] = [];
  let ready: Staging | undefined;
  return {
    all() {
      if (staged.length === records.length) return staged;
      throw new LifeboatError('internal', `not all databases of server ${parts.name} were restored`);
    },
    async stage(record, archive, options) {
      const { signal } = options;
      await using connection = await connectMssql(server, signal);
      ready ??= await prepare(connection, parts, signal);
      const name = `lb_${parts.run}_${records.indexOf(record) + 1}`;
      const instance = await readInstance(connection, signal);
      made.push(name);
      const file = stagedFileName(parts, name);
      const job = { record, staged: name, file, run: parts.run, server, instance, staging: ready };
      const home = parts.home(record);
      await restoreDatabase(connection, { ...job, home, stallMs: parts.stallMs }, archive, options);
      const found = await readDatabase(connection, name, signal);
      if (found?.state !== 'ONLINE') throw notOnline(record, found?.state);
      staged.push({ record, staged: name, stagedId: found.id, archive });
    },
    async open(connectionFile) {
      if (staged.length === 0) return [];
      await writeConnectionFile(connectionFile, server);
      return staged.map(({ record, staged: place }) => ({
        component: record.id,
        place,
        connection: connectionFile,
      }));
    },
    async check(signal, changed) {
      if (staged.length === 0) return [];
      await using connection = await connectMssql(server, signal);
      const checked: CheckedItem[] = [];
      for (const { record, staged: name, archive } of staged) {
        const objects = await readDatabaseObjects(record, archive, signal);
        const migrated = changed?.has(record.id) ?? false;
        const how = { record, staged: name, objects: migrated ? undefined : objects, ...parts, signal };
        checked.push({ component: record.id, result: await checkStaged(connection, how) });
      }
      return checked;
    },
    async drop() {
      if (made.length === 0) return;
      const { signal } = new AbortController();
      await using connection = await connectMssql(server, signal);
      const patience: Patience = { ...parts, signal };
      for (const name of made.splice(0)) await dropDatabase(connection, name, patience);
      staged.length = 0;
    },
  };
}

/** Before the first .bak is written: rights, the way to the server, what earlier restores left. */
async function prepare(
  connection: Connection,
  parts: StagingSetParts,
  signal: AbortSignal,
): Promise<Staging> {
  const facts = await readServer(connection, signal);
  if (!facts.sysadmin) throw notSysadmin(connection.place, facts.login);
  await refuseDamaged(connection, parts, signal);
  const staging = findStaging(facts, {
    name: parts.name,
    server: parts.server,
    staging: parts.configured,
  });
  const proof = { name: parts.name, ...(parts.seenMs === undefined ? {} : { seenMs: parts.seenMs }) };
  await proveStaging(connection, staging, proof, signal);
  await proveReading(connection, staging, signal);
  for (const name of await sweepStaging(staging, markOf(parts))) {
    parts.note(`${name}, left in the staging folder by a restore that was cut off, was removed`);
  }
  for (const name of await leftovers(connection, signal)) {
    await dropDatabase(connection, name, { ...parts, signal });
    parts.note(`database ${name}, which an earlier restore had left RESTORING, was dropped`);
  }
  return staging;
}

/** Before hours of restoring, not after. */
async function refuseDamaged(
  connection: Connection,
  { records, dropDamaged }: StagingSetParts,
  signal: AbortSignal,
): Promise<void> {
  if (dropDamaged) return;
  for (const { name } of records) {
    const live = await readDatabase(connection, name, signal);
    if (live === undefined || live.state === 'ONLINE') continue;
    throw new LifeboatError(
      'target-unsuitable',
      `database ${name} on ${connection.place} is ${live.state}, so it cannot be kept for going back`,
      { hint: 'bring it online, or agree to drop it with --drop-damaged' },
    );
  }
}

function notOnline({ name }: ComponentRecord, state: string | undefined): LifeboatError {
  return new LifeboatError(
    'database-failed',
    `database ${name} is ${state ?? 'not there'} after its RESTORE, not ONLINE`,
    { hint: 'nothing live was changed; see the error log of the server' },
  );
}
