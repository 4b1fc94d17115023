import type { ComponentRecord, Importance, MemberSink, Note, WriteOptions } from '#sources/source.ts';
import type { BackupSet, TakenDatabase } from './backup-set.ts';
import { aboutEncryption } from './check-server.ts';
import type { DatabaseObjects, LoginObject, MssqlDatabaseDetails } from './format.ts';
import { objectsHash } from './objects-hash.ts';
import type { DatabaseFacts } from './read-databases.ts';
import { type WrittenBackup, writeBackup } from './write-backup.ts';

export interface DatabaseToWrite {
  id: string;
  name: string;
  importance: Importance;
  /** What the paths of its members begin with. */
  folder: string;
  facts: DatabaseFacts;
  /** An estimate of its uncompressed bytes. */
  bytes: number;
  set: BackupSet;
  /** Is it one of several, so that its moment is to be told? */
  several: boolean;
  logins: readonly LoginObject[];
}

/**
 * Waits for the database's BACKUP (the first component starts them all), streams it into the archive and removes it
 * from the staging folder. Half of its bytes count for the BACKUP and half for the streaming.
 */
export async function writeDatabase(
  what: DatabaseToWrite,
  sink: MemberSink,
  write: WriteOptions,
): Promise<ComponentRecord> {
  const { set, facts, folder } = what;
  const signal = AbortSignal.any([write.signal, set.failed]);
  const taken = await set.take(facts.name, write);
  const scale = what.bytes / 2 / Math.max(taken.backup.bytes, 1);
  const written = await writeBackup(taken.backup.path, folder, sink, {
    ...write,
    signal,
    onBytes: (bytes) => write.onBytes(Math.round(bytes * scale), `${what.name}: reading its backup`),
  });
  await set.release(facts.name);
  const objects = withLogins(taken.objects, what.logins);
  const listed = await sink.add(
    `${folder}/objects.json`,
    Buffer.from(`${JSON.stringify(objects, undefined, 1)}\n`),
    { signal, method: 'deflate' },
  );
  return {
    ...{ id: what.id, kind: 'mssql-database', name: what.name, importance: what.importance },
    state: 'complete',
    bytes: written.bytes,
    sha256: written.sha256,
    items: 1,
    notes: notesOf(what, taken),
    members: [written.member, listed],
    details: detailsOf(facts, taken, written) satisfies MssqlDatabaseDetails,
  };
}

function withLogins(objects: DatabaseObjects, logins: readonly LoginObject[]): DatabaseObjects {
  const bySid = new Map(logins.map(({ sid, name }) => [sid, name]));
  return {
    ...objects,
    users: objects.users.map((user) => {
      const login = bySid.get(user.sid);
      return login === undefined ? user : { ...user, login };
    }),
  };
}

function notesOf({ name, facts, several }: DatabaseToWrite, { backup, steady }: TakenDatabase): Note[] {
  const notes: Note[] = [];
  if (several) {
    notes.push({
      code: 'not-at-the-point',
      what: name,
      detail: `stands for ${backup.header.backupFinish.replace('T', ' ')} by the server's clock, when its own BACKUP ended: SQL Server has no one moment for several databases`,
    });
  }
  if (facts.tde) {
    notes.push({ code: 'info', what: name, detail: aboutEncryption(facts.name, facts.tde).message });
  }
  if (!steady) {
    const detail =
      'objects were made, changed or dropped while its BACKUP ran; the list of them may differ from it';
    notes.push({ code: 'changed-while-read', what: name, detail });
  }
  return notes;
}

function detailsOf(
  { owner, ownerSid, trustworthy, tde }: DatabaseFacts,
  { backup, objects, steady }: TakenDatabase,
  { form }: WrittenBackup,
): MssqlDatabaseDetails {
  const {
    database: _,
    type: _type,
    sets: _sets,
    copyOnly: _copyOnly,
    damaged: _damaged,
    bytes: _bytes,
    ...facts
  } = backup.header;
  return {
    form,
    ...facts,
    ...(owner === undefined ? {} : { owner }),
    ownerSid,
    trustworthy,
    ...(tde === undefined
      ? {}
      : {
          tde: {
            thumbprint: tde.thumbprint,
            ...(tde.certificate === undefined ? {} : { certificate: tde.certificate }),
          },
        }),
    objects: { count: objects.objects.length, sha256: objectsHash(objects.objects), steady },
  };
}
