import { LifeboatError } from '#platform/errors.ts';
import type { MemberReader } from '../../restore-target.ts';
import { chooseScratchRun } from '../../scratch/choose-scratch-run.ts';
import { scratchNames } from '../../scratch/scratch-names.ts';
import type { ScratchReport, ScratchTarget } from '../../scratch/scratch-target.ts';
import type { ComponentRecord, Finding } from '../../source.ts';
import { type Connection, connectMariadb, type MariadbServer } from '../connect.ts';
import type { DatabaseObjects } from '../format.ts';
import { readDatabaseObjects } from '../target/read-archived.ts';
import { type StagingArea, stagingArea } from '../target/staging/staging-area.ts';
import { stagingSpace } from '../target/staging/staging-space.ts';
import { unknownFeatures } from '../target/unknown-features.ts';
import { askScratch } from './ask-scratch.ts';
import { scratchRights } from './scratch-rights.ts';

export interface MariadbScratchOptions {
  /** The server's section in the conf. */
  name: string;
  /** The account of the service: a drill shows that it can be done without anybody else. */
  server: MariadbServer;
  /** The databases to restore; accounts are not for a drill. */
  components: readonly ComponentRecord[];
  archive: MemberReader;
  /** Names that the conf calls live, on any server. */
  live: readonly string[];
}

/** The databases of one server, restored under scratch names. */
export function mariadbScratch(options: MariadbScratchOptions): ScratchTarget {
  const { name, server, components, archive } = options;
  const objects = new Map<string, DatabaseObjects>();
  let area: StagingArea | undefined;

  const ready = (): StagingArea => {
    if (area !== undefined) return area;
    throw new LifeboatError('internal', `scratch databases of ${name} were not looked at`);
  };
  return {
    id: `mariadb/${name}`,
    components,
    async inspect(signal) {
      for (const record of components) {
        objects.set(record.id, await readDatabaseObjects(record, archive, signal));
      }
      await using connection = await connectMariadb(server, signal);
      const run = chooseScratchRun(components.length, [...options.live, ...(await namesOn(connection))]);
      const localInfile = (await takesLocalInfile(connection)) ? 'refuse' : 'insert';
      area = stagingArea({ name, server, records: components, run, localInfile, note: unheard });
      return await reportOn(connection, options, [...objects.values()], run);
    },
    async stage(component, from, how) {
      const described = objects.get(component.id);
      if (described !== undefined) await ready().stage(component, described, from, how);
    },
    check: (signal) => ready().check(signal),
    async ask(component, query, signal) {
      const name = components.find(({ id }) => id === component)?.name;
      const staged = ready().all();
      const place = staged.find((one) => one.place.database === name)?.place;
      if (place === undefined) throw new LifeboatError('internal', `${component} was not restored`);
      return await askScratch(server, place.staging, query, signal);
    },
    async [Symbol.asyncDispose]() {
      await area?.drop();
      area = undefined;
    },
  };
}

/** What staging notes is about the switch-over, which a drill does not have. */
function unheard(): void {}

async function reportOn(
  connection: Connection,
  { server, components }: MariadbScratchOptions,
  objects: readonly DatabaseObjects[],
  run: string,
): Promise<ScratchReport> {
  const code = objects.some(({ triggers, routines }) => triggers.length + routines.length > 0);
  const unknown = await unknownFeatures(connection, objects, []);
  return {
    databases: scratchNames(run, components.length),
    space: await stagingSpace(
      connection,
      server,
      components.flatMap((record, at) => {
        const own = objects[at];
        return own === undefined ? [] : [{ record, objects: own }];
      }),
    ),
    findings: [
      ...(await scratchRights(connection, { code })),
      ...unknown.map((message): Finding => ({ level: 'problem', message })),
    ],
  };
}

async function namesOn(connection: Connection): Promise<string[]> {
  const rows = await connection.query<{ name: string }>(
    'SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA',
  );
  return rows.map(({ name }) => name);
}

/** Where it is off rows are inserted: a drill changes no setting of a server. */
async function takesLocalInfile(connection: Connection): Promise<boolean> {
  const [row] = await connection.query<{ on: number }>('SELECT @@GLOBAL.local_infile AS `on`');
  return Number(row?.on) === 1;
}
