import { LifeboatError } from '#platform/errors.ts';
import type { CheckedItem, ComponentRecord, MemberReader, StageOptions } from '../../source.ts';
import { type Connection, connectMariadb, type MariadbServer } from '../connect.ts';
import type { DatabaseObjects } from '../format.ts';
import { quoteName } from '../quote-name.ts';
import { checkStaged } from './check-staged.ts';
import { connectForStaging } from './connect-for-staging.ts';
import { dropDatabases } from './drop-databases.ts';
import { type StagedDatabase, stageObjects } from './stage-objects.ts';
import { stageTables } from './stage-tables.ts';
import { withLocalInfile } from './with-local-infile.ts';

export interface StagingParts {
  /** The server's section, for messages. */
  name: string;
  server: MariadbServer;
  /** The databases of the set, in the order in which they are numbered. */
  records: readonly ComponentRecord[];
  run: string;
  localInfile: 'refuse' | 'switch-on' | 'insert';
  /** Told of something a person should know. */
  note: (text: string) => void;
}

/** Databases beside the live ones in which a set is built; nobody else knows their names. */
export interface StagingArea {
  /** What is staged so far; throws if that is not all of the set. */
  all(): readonly StagedDatabase[];
  stage(
    record: ComponentRecord,
    objects: DatabaseObjects,
    archive: MemberReader,
    options: StageOptions,
  ): Promise<void>;
  check(signal: AbortSignal): Promise<CheckedItem[]>;
  drop(): Promise<void>;
}

const LOADERS = 2;

export function stagingArea(parts: StagingParts): StagingArea {
  const { server, records } = parts;
  const staged: StagedDatabase[] = [];
  const archives = new Map<string, MemberReader>();
  const made: string[] = [];
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
    all,
    async stage(record, objects, archive, options) {
      const staging = stagingOf(record.name) ?? '';
      const place = { database: record.name, staging, stagingOf };
      await using connections = await openLoaders(server, options.signal);
      const [first] = connections.list;
      made.push(staging);
      await createStaging(first!, objects, staging);
      const how = parts.localInfile === 'insert' ? 'insert' : 'load';
      const tables = await withLocalInfile(
        first!,
        parts.localInfile === 'switch-on',
        () => connectMariadb(server, new AbortController().signal),
        async () => await stageTables(connections.list, objects, place, { archive, how, ...options }),
      );
      staged.push({ objects, place, tables, impossibleViews: [] });
      archives.set(record.name, archive);
      if (staged.length < records.length) return;
      await stageObjects(first!, staged);
      for (const {
        impossibleViews,
        objects: { database },
      } of staged) {
        for (const view of impossibleViews) {
          parts.note(`view ${database}.${view} was invalid when it was backed up and is so here`);
        }
      }
      complete = true;
    },
    async check(signal) {
      if (all().length === 0) return [];
      await using connections = await openLoaders(server, signal);
      const checked: CheckedItem[] = [];
      for (const database of staged) {
        const { database: name } = database.objects;
        const record = records.find((entry) => entry.name === name);
        const result = await checkStaged(connections.list, database, archives.get(name)!, signal);
        checked.push({ component: record?.id ?? '', result });
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

async function openLoaders(
  server: MariadbServer,
  signal: AbortSignal,
): Promise<AsyncDisposable & { list: Connection[] }> {
  const list: Connection[] = [];
  const close = async (): Promise<void> => {
    for (const connection of list) await connection.close();
  };
  try {
    while (list.length < LOADERS) list.push(await connectForStaging(server, signal));
  } catch (error) {
    await close();
    throw error;
  }
  return { list, [Symbol.asyncDispose]: close };
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
