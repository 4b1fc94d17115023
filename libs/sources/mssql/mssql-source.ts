import { hash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { FrozenView, Importance, Source } from '#sources/source.ts';
import { type BackupSet, backupSet } from './backup-set.ts';
import { type CheckedServer, checkServer } from './check-server.ts';
import { connectMssql } from './connect.ts';
import type { MssqlServer } from './connection.ts';
import { readLogins } from './read-logins.ts';
import { absentFinding, absentOf, reportServer, sizeOf, versionOf } from './report-server.ts';
import { serverComponents } from './server-components.ts';
import type { Staging } from './staging.ts';
import { sweepStaging } from './sweep-staging.ts';

/** One `[mssql <name>]` section of the conf. */
export interface MssqlSourceOptions {
  name: string;
  server: MssqlServer;
  databases: string[];
  importance: Importance;
  /** Undefined: the server's own backup folder, if it is on this machine. */
  staging: { serverPath: string; localPath: string } | undefined;
  /** A BACKUP without progress for so many milliseconds has failed. */
  stallMs: number;
  /** The conf file: with section and machine it marks the files in a staging folder that others may use too. */
  conf: string;
  clock: Clock;
  /** As ProofOptions. */
  seenMs?: number;
}

/**
 * The databases of one SQL Server: a component for each, and one for the logins that they need (BS-01). SQL Server has
 * no one moment for several databases: their BACKUPs are started together, when the first component is written,
 * and each stands for the moment at which it ended. freeze throws if the server cannot be reached, lacks a right or
 * a working staging folder, or none of the databases is there; one that is not there is a component of state `missing`.
 */
export function mssqlSource(options: MssqlSourceOptions): Source {
  const id = `mssql/${options.name}`;
  return {
    id,
    check: (signal) => reportServer(id, options, signal),
    freeze: (signal) => freezeSource(id, options, signal),
  };
}

async function freezeSource(
  id: string,
  options: MssqlSourceOptions,
  signal: AbortSignal,
): Promise<FrozenView> {
  await using connection = await connectMssql(options.server, signal);
  const checked = await checkServer(connection, options, signal);
  const staging = refuseProblems(checked);
  refuseIfNoneIsThere(checked, options);
  const logins = await readLogins(connection, signal);
  const mark = markOf(options);
  const swept = await sweepStaging(staging, mark);
  const set = startSet(checked, options, staging, mark);
  const frozenAt = options.clock.now();
  return {
    get takenAt() {
      return set.takenAt() ?? frozenAt;
    },
    serverVersion: versionOf(checked),
    journal: [
      `staging folder ${staging.localFolder}${staging.localFolder === staging.serverFolder ? '' : ` (${staging.serverFolder} for the server)`}: each saw what the other wrote`,
      ...swept.map((name) => `removed ${name} from the staging folder, left by a run that was cut off`),
    ],
    bytes: sizeOf(checked.databases),
    components: serverComponents(id, options, { checked, set, logins }),
    [Symbol.asyncDispose]: () => set[Symbol.asyncDispose](),
  };
}

function refuseProblems({ problems, staging }: CheckedServer): Staging {
  const [first] = problems;
  if (first !== undefined) throw first;
  return staging as Staging;
}

function refuseIfNoneIsThere(checked: CheckedServer, options: MssqlSourceOptions): void {
  const absent = absentOf(checked);
  if (absent.length < checked.databases.length || options.importance === 'optional') return;
  const findings = absent.map((database) => absentFinding(database, options));
  const hint = findings.find((finding) => finding.hint !== undefined)?.hint;
  throw new LifeboatError(
    'database-missing',
    findings.map(({ message }) => message).join('; '),
    hint === undefined ? {} : { hint },
  );
}

/** Names a file in the staging folder as one of this section's, on this machine. */
function markOf({ conf, name }: MssqlSourceOptions): string {
  return hash('sha256', [hostname(), conf, name].join('\n')).slice(0, 12);
}

function startSet(
  { facts, databases }: CheckedServer,
  options: MssqlSourceOptions,
  staging: Staging,
  mark: string,
): BackupSet {
  const { server, stallMs, seenMs } = options;
  const run = randomBytes(6).toString('hex');
  const found = databases.filter((database) => 'found' in database);
  return backupSet(
    {
      ...{ server, staging, stallMs, seenMs },
      databases: found.map(({ found: { name }, bytes }, index) => ({
        ...{ name, bytes },
        file: `lifeboat-${mark}-${run}-${index + 1}.bak`,
      })),
      mayCompress: facts.mayCompress,
    },
    () => options.clock.now(),
  );
}
