import type { Component, ComponentKind, Importance, WriteOptions } from '#sources/source.ts';
import { memberSegment } from '../member-segment.ts';
import { notHeld } from '../not-held.ts';
import type { BackupSet } from './backup-set.ts';
import type { CheckedDatabase, CheckedServer } from './check-server.ts';
import type { LoginObject } from './format.ts';
import { writeDatabase } from './write-database.ts';
import { writeLogins } from './write-logins.ts';

export interface ComponentOptions {
  /** The conf's section. */
  name: string;
  importance: Importance;
}

export interface FrozenServer {
  checked: CheckedServer;
  set: BackupSet;
  logins: LoginObject[];
}

/** A component for each database of the conf, in its order; the logins last. */
export function serverComponents(id: string, options: ComponentOptions, frozen: FrozenServer): Component[] {
  const found = frozen.checked.databases.filter((database) => 'found' in database);
  const several = found.length > 1;
  const databases = frozen.checked.databases.map((database): Component => {
    const own = described(`${id}/${database.name}`, 'mssql-database', database.name, options);
    if ('absent' in database) {
      const { code, detail } = database.absent;
      return {
        ...own,
        writeTo: async () => notHeld(own, { code, what: `database ${database.name}`, detail }),
      };
    }
    const folder = folderOf(options.name, database.name);
    const { found: facts, bytes } = database;
    return {
      ...own,
      writeTo: (sink, write) =>
        writeDatabase({ ...own, ...frozen, folder, facts, bytes, several }, sink, write),
    };
  });
  return [...databases, loginsOf(id, options, frozen)];
}

function described(
  id: string,
  kind: ComponentKind,
  name: string,
  { importance }: ComponentOptions,
): Omit<Component, 'writeTo'> {
  return { id, kind, name, importance };
}

function loginsOf(id: string, options: ComponentOptions, { checked, set, logins }: FrozenServer): Component {
  const own = described(id, 'mssql-logins', options.name, options);
  return {
    ...own,
    writeTo: async (sink, write) => {
      const needed = await neededSids(checked.databases, set, write);
      const objects = { logins: logins.filter(({ sid }) => needed.has(sid)) };
      return await writeLogins({ ...own, folder: folderOf(options.name), objects }, sink, write);
    },
  };
}

/** Those that users and owners of the saved databases stand for. */
async function neededSids(
  databases: readonly CheckedDatabase[],
  set: BackupSet,
  write: WriteOptions,
): Promise<Set<string>> {
  const needed = new Set<string>();
  for (const database of databases) {
    if (!('found' in database)) continue;
    needed.add(database.found.ownerSid);
    const { objects } = await set.take(database.found.name, write);
    for (const { sid } of objects.users) needed.add(sid);
  }
  return needed;
}

function folderOf(...names: string[]): string {
  return ['mssql', ...names].map(memberSegment).join('/');
}
