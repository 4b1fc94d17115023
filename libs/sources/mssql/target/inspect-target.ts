import prettyBytes from 'pretty-bytes';
import { LifeboatError } from '#platform/errors.ts';
import type { MemberReader, TargetComponent, TargetReport } from '../../restore-target.ts';
import type { ComponentRecord, Finding } from '../../source.ts';
import { notSysadmin } from '../check-server.ts';
import { connectMssql } from '../connect.ts';
import type { Connection, MssqlServer } from '../connection.ts';
import { mssqlDatabaseDetails } from '../format.ts';
import { proveStaging } from '../prove-staging.ts';
import { readLogins } from '../read-logins.ts';
import { readServer, type ServerFacts } from '../read-server.ts';
import { findStaging, type Staging } from '../staging.ts';
import { compareLogins, type LoginState } from './compare-logins.ts';
import { databaseFindings } from './database-findings.ts';
import { loginFindings } from './login-findings.ts';
import { readLoginObjects } from './read-archived.ts';
import { type Instance, readInstance } from './read-instance.ts';
import { type LiveDatabase, type LiveFile, readDatabase, readFiles } from './read-live.ts';
import { readPrincipals } from './read-principals.ts';
import { leftovers } from './staging/leftovers.ts';
import { placeFiles } from './staging/place-files.ts';
import { proveReading } from './staging/prove-reading.ts';
import { spaceOnVolumes } from './staging/space-on-volumes.ts';
import { stagingSpace } from './staging/staging-space.ts';

export interface InspectParts {
  /** The server's section, for messages. */
  name: string;
  server: MssqlServer;
  /** The chosen databases. */
  records: readonly ComponentRecord[];
  loginRecord: ComponentRecord | undefined;
  archive: MemberReader;
  run: string;
  configured: { serverPath: string; localPath: string } | undefined;
  seenMs: number | undefined;
  globalAccounts: boolean;
  dropDamaged: boolean;
  /** Told the server's number of each live database; undefined: there is none. */
  onLive: (component: string, id: number | undefined) => void;
}

/**
 * Looks at a server and at what restoring the components would do to it. Changes nothing; the proof of the staging
 * folder leaves nothing there. Without the role sysadmin nothing else is asked.
 */
export async function inspectTarget(parts: InspectParts, signal: AbortSignal): Promise<TargetReport> {
  await using connection = await connectMssql(parts.server, signal);
  const facts = await readServer(connection, signal);
  if (!facts.sysadmin) return notAllowed(connection, parts, facts);
  const instance = await readInstance(connection, signal);
  const seen: SeenDatabase[] = [];
  for (const record of parts.records) seen.push(await lookAt(connection, record, parts, instance, signal));
  const states = await loginStates(connection, parts, signal);
  const staging = await checkStaging(connection, parts, facts, signal);
  const bytes = Math.max(0, ...parts.records.map((record) => record.bytes));
  return {
    components: describe(connection, parts, seen, states),
    space: [
      ...(await spaceOnVolumes(
        connection,
        { files: seen.flatMap(({ files }) => files), going: seen.flatMap(goingFiles) },
        signal,
      )),
      ...(staging.folder === undefined ? [] : [await stagingSpace(staging.folder, bytes)]),
    ],
    inPlace: true,
    findings: [
      ...staging.findings,
      ...(await databaseFindings(connection, { ...parts, seen, facts, instance }, signal)),
      ...(await leftoverFindings(connection, signal)),
      ...loginFindings(states, parts.globalAccounts),
    ],
  };
}

/** A database of the set: what is there now, and where its new files would go. */
export interface SeenDatabase {
  record: ComponentRecord;
  live: LiveDatabase | undefined;
  liveFiles: readonly LiveFile[];
  files: ReturnType<typeof placeFiles>;
}

/** BS-19, BS-20. */
function notAllowed(connection: Connection, parts: InspectParts, facts: ServerFacts): TargetReport {
  const { code, message, hint } = notSysadmin(connection.place, facts.login);
  return {
    components: describe(connection, parts, [], []),
    space: [],
    findings: [{ level: 'problem', code, message, ...(hint === undefined ? {} : { hint }) }],
  };
}

async function lookAt(
  connection: Connection,
  record: ComponentRecord,
  { run, onLive }: InspectParts,
  instance: Instance,
  signal: AbortSignal,
): Promise<SeenDatabase> {
  const live = await readDatabase(connection, record.name, signal);
  onLive(record.id, live?.id);
  const liveFiles = live === undefined ? [] : await readFiles(connection, live.id, signal);
  const { files } = mssqlDatabaseDetails(record);
  return {
    record,
    live,
    liveFiles,
    files: placeFiles(files, { database: record.name, run, live: liveFiles, ...instance }),
  };
}

async function loginStates(
  connection: Connection,
  { loginRecord, archive }: InspectParts,
  signal: AbortSignal,
): Promise<LoginState[]> {
  if (loginRecord === undefined) return [];
  const { logins } = await readLoginObjects(loginRecord, archive, signal);
  const present = await readLogins(connection, signal);
  return compareLogins(logins, present, await readPrincipals(connection, signal));
}

/** BS-23: without a way through a folder that both see there is no restore, and it is said why. */
async function checkStaging(
  connection: Connection,
  { name, server, configured, records, seenMs }: InspectParts,
  facts: ServerFacts,
  signal: AbortSignal,
): Promise<{ folder?: Staging; findings: Finding[] }> {
  if (records.length === 0) return { findings: [] };
  try {
    const staging = findStaging(facts, { name, server, staging: configured });
    const proof = { name, ...(seenMs === undefined ? {} : { seenMs }) };
    await proveStaging(connection, staging, proof, signal);
    await proveReading(connection, staging, signal);
    return { folder: staging, findings: [] };
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code === 'database-unreachable' || signal.aborted)
      throw error;
    const { code, message, hint } = error;
    return { findings: [{ level: 'problem', code, message, ...(hint === undefined ? {} : { hint }) }] };
  }
}

function describe(
  { place }: Connection,
  { records, loginRecord }: InspectParts,
  seen: readonly SeenDatabase[],
  states: readonly LoginState[],
): TargetComponent[] {
  const databases = records.map(({ id, name }): TargetComponent => {
    const found = seen.find(({ record }) => record.id === id);
    return { id, place: `database ${name} on ${place}`, now: found === undefined ? UNSEEN : nowText(found) };
  });
  if (loginRecord === undefined) return databases;
  const of = (...is: LoginState['is'][]) => states.filter((state) => is.includes(state.is)).length;
  const compared = `${of('equal')} of ${states.length} equal, ${of('different', 'renamed')} different, ${of('missing')} missing`;
  const now = seen.length === 0 && states.length === 0 ? UNSEEN : compared;
  return [...databases, { id: loginRecord.id, place: `logins on ${place}`, now }];
}

const UNSEEN = 'not looked at';

/** The server leaves files where they are when it drops a database that is offline. */
function goingFiles({ live, liveFiles }: SeenDatabase): readonly LiveFile[] {
  return live?.state === 'OFFLINE' ? [] : liveFiles;
}

function nowText({ live, liveFiles }: SeenDatabase): string {
  if (live === undefined) return 'absent';
  return `${live.state === 'ONLINE' ? 'online' : live.state}, ${prettyBytes(sizeOf(liveFiles))}`;
}

function sizeOf(files: readonly LiveFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function leftoverFindings(connection: Connection, signal: AbortSignal): Promise<Finding[]> {
  return (await leftovers(connection, signal)).map((name) => ({
    level: 'warning',
    message: `database ${name} on ${connection.place} was left RESTORING by a restore that was cut off: it is dropped first`,
  }));
}
