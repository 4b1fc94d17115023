import { LifeboatError } from '#platform/errors.ts';
import { chooseScratchRun } from '../../scratch/choose-scratch-run.ts';
import { scratchNames } from '../../scratch/scratch-names.ts';
import type { ScratchReport, ScratchTarget } from '../../scratch/scratch-target.ts';
import type { Finding } from '../../source.ts';
import { notSysadmin } from '../check-server.ts';
import { connectMssql } from '../connect.ts';
import type { Connection } from '../connection.ts';
import { mssqlDatabaseDetails } from '../format.ts';
import { readServer } from '../read-server.ts';
import { findStaging } from '../staging.ts';
import type { MssqlTargetOptions } from '../target/mssql-target.ts';
import { newerFinding, readInstance } from '../target/read-instance.ts';
import { readDatabase, readDatabases, readFiles } from '../target/read-live.ts';
import { placeFiles } from '../target/staging/place-files.ts';
import { spaceOnVolumes } from '../target/staging/space-on-volumes.ts';
import { type StagingSet, stagingSet } from '../target/staging/staging-set.ts';
import { stagingSpace } from '../target/staging/staging-space.ts';
import { askScratch } from './ask-scratch.ts';

/** Those of a target, of databases alone: logins are not for a drill. */
export interface MssqlScratchOptions
  extends Pick<
    MssqlTargetOptions,
    'name' | 'server' | 'components' | 'archive' | 'staging' | 'stallMs' | 'check' | 'conf'
  > {
  /** Names that the conf calls live, on any server. */
  live: readonly string[];
}

/** Sessions in a scratch database are nobody's but ours: none comes back for long. */
const RETRY_MS = 30_000;

/** The databases of one SQL Server, restored under scratch names with files of their own. */
export function mssqlScratch(options: MssqlScratchOptions): ScratchTarget {
  const { name, server, components } = options;
  let set: StagingSet | undefined;
  const ready = (): StagingSet => {
    if (set !== undefined) return set;
    throw new LifeboatError('internal', `scratch databases of ${name} were not looked at`);
  };
  return {
    id: `mssql/${name}`,
    components,
    async inspect(signal) {
      await using connection = await connectMssql(server, signal);
      const facts = await readServer(connection, signal);
      if (!facts.sysadmin) throw notSysadmin(connection.place, facts.login);
      const onServer = (await readDatabases(connection, signal)).map((database) => database.name);
      const run = chooseScratchRun(components.length, [...options.live, ...onServer]);
      set = stagingSet(partsOf(options, run));
      const { localFolder } = findStaging(facts, { name, server, staging: options.staging });
      return await lookAt(connection, options, { run, localFolder }, signal);
    },
    stage: (component, archive, how) => ready().stage(component, archive, how),
    check: (signal) => ready().check(signal),
    async ask(component, query, signal) {
      const staged = ready()
        .all()
        .find(({ record }) => record.id === component);
      if (staged === undefined) throw new LifeboatError('internal', `${component} was not restored`);
      return await askScratch(server, staged.staged, query, signal);
    },
    async [Symbol.asyncDispose]() {
      await set?.drop();
      set = undefined;
    },
  };
}

function partsOf(options: MssqlScratchOptions, run: string): Parameters<typeof stagingSet>[0] {
  const { name, server, components, conf, stallMs, check } = options;
  return {
    ...{ name, server, run, conf, stallMs },
    records: components,
    configured: options.staging,
    seenMs: undefined,
    retryMs: RETRY_MS,
    depth: check,
    // Of what is live nothing is kept and nothing dropped: that it is damaged does not concern a drill.
    dropDamaged: true,
    home: () => [],
    note: () => undefined,
  };
}

async function lookAt(
  connection: Connection,
  { components }: MssqlScratchOptions,
  { run, localFolder }: { run: string; localFolder: string },
  signal: AbortSignal,
): Promise<ScratchReport> {
  const instance = await readInstance(connection, signal);
  const files: ReturnType<typeof placeFiles> = [];
  const findings: Finding[] = [];
  for (const record of components) {
    const details = mssqlDatabaseDetails(record);
    const live = await readDatabase(connection, record.name, signal);
    const beside = live === undefined ? [] : await readFiles(connection, live.id, signal);
    files.push(...placeFiles(details.files, { database: record.name, run, live: beside, ...instance }));
    const newer = newerFinding(record, details, instance, connection.place);
    if (newer !== undefined) findings.push(newer);
  }
  const largest = Math.max(0, ...components.map(({ bytes }) => bytes));
  return {
    databases: scratchNames(run, components.length),
    space: [
      ...(await spaceOnVolumes(connection, { files, going: [] }, signal)),
      await stagingSpace({ localFolder }, largest),
    ],
    findings,
  };
}
