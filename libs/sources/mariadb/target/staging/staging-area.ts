import { counted } from '#platform/counted.ts';
import { LifeboatError } from '#platform/errors.ts';
import type {
  CheckedItem,
  MemberReader,
  StagedPlace,
  StageOptions,
  SwitchRecord,
} from '../../../restore-target.ts';
import type { ComponentRecord } from '../../../source.ts';
import { type Connection, connectMariadb } from '../../connect.ts';
import type { DatabaseObjects } from '../../format.ts';
import { quoteName } from '../../quote-name.ts';
import { readObjects, type StoredObjects } from '../../read-objects.ts';
import { dropDatabases } from '../drop-databases.ts';
import { adoptMigrated } from './adopt-migrated.ts';
import { announceStaging } from './announce-staging.ts';
import { checkStaged } from './check-staged.ts';
import { checkTables } from './check-tables.ts';
import { connectForStaging } from './connect-for-staging.ts';
import { openLoaders } from './open-loaders.ts';
import { type StagedDatabase, stageObjects } from './stage-objects.ts';
import { type StagingPlace, stageTables } from './stage-tables.ts';
import type { StagedTable } from './staged-table.ts';
import type { StagingParts } from './staging-parts.ts';
import { withLocalInfile } from './with-local-infile.ts';
import { writeOptionFile } from './write-option-file.ts';

/** Databases beside the live ones in which a set is built; nobody else knows their names. */
export interface StagingArea {
  /** What `stage` is about to make. */
  announce(signal: AbortSignal): Promise<SwitchRecord>;
  /** What is staged so far; throws if that is not all of the set. */
  all(): readonly StagedDatabase[];
  stage(
    record: ComponentRecord,
    objects: DatabaseObjects,
    archive: MemberReader,
    options: StageOptions,
  ): Promise<void>;
  /** Where each database lies; from now on a program may migrate it. */
  open(optionFile: string, signal: AbortSignal): Promise<StagedPlace[]>;
  check(signal: AbortSignal, changed?: ReadonlySet<string>): Promise<CheckedItem[]>;
  drop(): Promise<void>;
}

export function stagingArea(parts: StagingParts): StagingArea {
  const { server, records } = parts;
  const staged: StagedDatabase[] = [];
  const archives = new Map<string, MemberReader>();
  const made: string[] = [];
  const before = new Map<string, StoredObjects>();
  let complete = records.length === 0;

  const stagingOf = (database: string): string | undefined => {
    const at = records.findIndex((record) => record.name === database);
    return at < 0 ? undefined : `lb_${parts.run}_${at + 1}`;
  };
  const all = (): readonly StagedDatabase[] => {
    if (complete) return staged;
    throw new LifeboatError('internal', `not all databases of server ${parts.name} were staged`);
  };
  return {
    announce: (signal) => announceStaging(parts, (database) => stagingOf(database) ?? '', signal),
    all,
    async stage(record, objects, archive, options) {
      const { name } = record;
      const place = { database: name, staging: stagingOf(name) ?? '', stagingOf };
      await using connections = await openLoaders(server, options.signal);
      made.push(place.staging);
      const tables = await stageDatabase(connections.list, objects, place, { ...parts, archive, ...options });
      staged.push({ component: record.id, objects, place, tables, impossibleViews: [] });
      archives.set(name, archive);
      if (staged.length < records.length) return;
      await stageObjects(connections.list[0]!, staged);
      noteImpossibleViews(staged, parts.note);
      complete = true;
    },
    async open(optionFile, signal) {
      if (all().length === 0) return [];
      await writeOptionFile(optionFile, server);
      await using connection = await connectForStaging(server, signal);
      for (const { place } of staged)
        before.set(place.database, await readObjects(connection, place.staging));
      return staged.map(({ component, place }) => ({
        component,
        place: place.staging,
        connection: optionFile,
      }));
    },
    async check(signal, changed) {
      if (all().length === 0) return [];
      await using connections = await openLoaders(server, signal);
      const checked: CheckedItem[] = [];
      for (const [at, database] of staged.entries()) {
        const { component, place } = database;
        const was = changed?.has(component) ? before.get(place.database) : undefined;
        if (was === undefined) {
          const archive = archives.get(place.database)!;
          const result = await checkStaged(connections.list, database, archive, signal);
          checked.push({ component, result });
        } else {
          staged[at] = await adoptMigrated(connections.list[0]!, { staged: database, before: was });
          const tables = await checkTables(connections.list[0]!, place, signal);
          checked.push({ component, result: migratedText(tables) });
        }
      }
      return checked;
    },
    async drop() {
      if (made.length === 0) return;
      await using connection = await connectMariadb(server, new AbortController().signal);
      await dropDatabases(connection, made.splice(0));
    },
  };
}

/** Makes the database under its staging name and fills its tables. */
async function stageDatabase(
  connections: readonly Connection[],
  objects: DatabaseObjects,
  place: StagingPlace,
  { server, localInfile, ...options }: StagingParts & StageOptions & { archive: MemberReader },
): Promise<StagedTable[]> {
  const [first] = connections;
  await createStaging(first!, objects, place.staging);
  const how = localInfile === 'insert' ? 'insert' : 'load';
  return await withLocalInfile(
    first!,
    localInfile === 'switch-on',
    () => connectMariadb(server, new AbortController().signal),
    async () => await stageTables(connections, objects, place, { how, ...options }),
  );
}

async function createStaging(
  connection: Connection,
  objects: DatabaseObjects,
  staging: string,
): Promise<void> {
  await connection.query(
    `CREATE DATABASE ${quoteName(staging)} CHARACTER SET ${objects.charset} COLLATE ${objects.collation}`,
  );
}

function noteImpossibleViews(staged: readonly StagedDatabase[], note: StagingParts['note']): void {
  for (const { impossibleViews, place } of staged) {
    for (const view of impossibleViews) {
      note(`view ${place.database}.${view} was invalid when it was backed up and is so here`);
    }
  }
}

function migratedText(tables: number): string {
  return `${counted(tables, 'table')}: equal to the archive before the migration; CHECK TABLE after it found no damage`;
}
