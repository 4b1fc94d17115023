import { basename, join } from 'node:path';
import { copyPrivately } from '#platform/copy-privately.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { Safety } from '#restore/in-place/safety.ts';
import type { PlannedComponent } from '#restore/plan/restore-plan.ts';
import { intoNewFolder } from '#sources/into-new-folder.ts';
import { isThere } from '#sources/is-there.ts';
import { copyRawFiles as copyMariadbFiles } from '#sources/mariadb/copy-raw-files.ts';
import { copyRawFiles as copyMssqlFiles } from '#sources/mssql/copy-raw-files.ts';
import type { MemberSink, Source } from '#sources/source.ts';
import { COMPANIONS } from '#sources/sqlite/database-files.ts';
import { composeSafetySources } from './compose-safety-sources.ts';
import { namesBelow } from './names-below.ts';
import type { SafetyParts } from './safety-parts.ts';
import { signedIn } from './signed-in.ts';
import { signedInToMssql } from './signed-in-to-mssql.ts';

/**
 * Finds the databases among these components that are too damaged to be read as a whole, and copies their raw files
 * beside the safety archive. Resolves with what was copied; each of it has no way back by itself.
 */
export async function saveUnreadable(
  parts: SafetyParts,
  chosen: readonly string[],
  signal: AbortSignal,
): Promise<Safety['raw']> {
  const steps = parts.plan.steps.filter(({ id, kind }) => chosen.includes(id) && kind.endsWith('-database'));
  const unreadable: PlannedComponent[] = [];
  for (const step of steps) {
    parts.onProgress({ stage: 'reading what is live', item: step.id, done: 0 });
    const [source] = await composeSafetySources(parts, [step.id], signal);
    if (source !== undefined && !(await isReadable(source, signal))) unreadable.push(step);
  }
  const saved: Safety['raw'] = [];
  for (const { id, kind, place } of unreadable) {
    if (kind === 'sqlite-database') saved.push(await copySqlite(id, place, rawFolder(parts, id), signal));
  }
  const ids = unreadable.map(({ id }) => id);
  const { mariadb, mssql } = parts.profile.settings;
  for (const section of mariadb) {
    const copied = await copyOnServer(`mariadb/${section.name}`, ids, parts, async (what) =>
      copyMariadbFiles(await signedIn(section, parts.request.mariadb.signIn, signal), what, signal),
    );
    saved.push(...copied);
  }
  for (const section of mssql) {
    const copied = await copyOnServer(`mssql/${section.name}`, ids, parts, async (what) =>
      copyMssqlFiles(await signedInToMssql(section, parts.request.mssql.signIn, signal), what, signal),
    );
    saved.push(...copied);
  }
  return saved;
}

async function copyOnServer(
  server: string,
  unreadable: readonly string[],
  parts: SafetyParts,
  copy: (what: { databases: string[]; into: string }) => Promise<{ place: string }>,
): Promise<Safety['raw']> {
  const databases = namesBelow(`${server}/`, unreadable);
  if (databases.length === 0) return [];
  parts.onProgress({ stage: 'copying raw files', item: databases.join(', '), done: 0 });
  const { place } = await copy({ databases, into: rawFolder(parts, server) });
  return [{ ids: databases.map((name) => `${server}/${name}`), place }];
}

function rawFolder({ place, places }: SafetyParts, id: string): string {
  return join(place, `raw-${id.replaceAll('/', '-')}-${places.runId}`);
}

/** The file as it is, with what lies beside it. */
async function copySqlite(
  id: string,
  live: string,
  into: string,
  signal: AbortSignal,
): Promise<Safety['raw'][number]> {
  const copy = async (): Promise<void> => {
    for (const ending of ['', ...COMPANIONS]) {
      const from = live + ending;
      if (await isThere(from)) await copyPrivately(from, join(into, basename(from)), signal);
    }
  };
  await intoNewFolder(into, copy, signal);
  return { ids: [id], place: into };
}

const NOWHERE: MemberSink = {
  async add(path, content) {
    if (typeof content !== 'function') return { path, bytes: content.length, sha256: '' };
    let bytes = 0;
    for await (const chunk of content()) bytes += chunk.length;
    return { path, bytes, sha256: '' };
  },
};

async function isReadable(source: Source, signal: AbortSignal): Promise<boolean> {
  try {
    await using view = await source.freeze(signal);
    for (const component of view.components) {
      const options = { signal, compression: 'None' as const, onBytes: () => undefined };
      const { state, notes } = await component.writeTo(NOWHERE, options);
      if (state === 'partial' || notes.some(({ code }) => code === 'unreadable')) return false;
    }
    return true;
  } catch (error) {
    if (error instanceof LifeboatError && error.code === 'database-failed') return false;
    throw error;
  }
}
