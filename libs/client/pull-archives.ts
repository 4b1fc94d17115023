import { join } from 'node:path';
import * as z from 'zod';
import { listArchives } from '#catalog/list-archives.ts';
import type { Summary } from '#catalog/summary.ts';
import { summaryOf } from '#catalog/summary-of.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { lockFile } from '#platform/lock-file.ts';
import { privateFolder } from '#platform/private-folder.ts';
import type { OnProgress } from '#platform/progress.ts';
import { planRetention } from '#retention/plan-retention.ts';
import { fetchArchive } from './fetch-archive.ts';
import type { Server } from './open-server.ts';
import { type RemoteArchive, remoteArchive } from './remote-archive.ts';

export interface PullParts {
  server: Server;
  /** The folder for the copies; it must exist. */
  folder: string;
  /** How many good archives are kept here: a count of its own. */
  keep: number;
  clock: Clock;
  onProgress: OnProgress;
}

export interface Pulled {
  fetched: string[];
  removed: string[];
  /** What could not be fetched, and why, a line each; the next round tries it again. */
  failed: string[];
}

/**
 * BT-07, BT-08: fetches each of the server's newest archives that is not here yet, or that has another content under
 * its name by now. One that fails does not hold up the others. Old copies go only after that. Two pulls into one
 * folder take turns by refusing: `system-locked`.
 */
export async function pullArchives(parts: PullParts, signal: AbortSignal): Promise<Pulled> {
  const here = folderDestination(parts.folder, {
    called: 'folder for the copies',
    key: 'path',
    option: '--to',
  });
  await here.check(0, signal);
  using _turn = await turnToPull(parts.folder);
  const pulled: Pulled = { fetched: [], removed: [], failed: [] };
  const newest = await newestOf(parts, signal);
  for (const archive of await missing(newest, parts, signal)) {
    try {
      await fetchOne(archive, parts, signal);
      pulled.fetched.push(archive.file);
    } catch (error) {
      if (signal.aborted || !(error instanceof LifeboatError)) throw error;
      pulled.failed.push(`${archive.file}: ${error.message}`);
    }
  }
  const systems = new Set(newest.flatMap(({ systemId }) => systemId ?? []));
  pulled.removed.push(...(await removeOld(systems, parts, signal)));
  return pulled;
}

async function turnToPull(folder: string): Promise<Disposable> {
  const turn = await lockFile(join(await privateFolder(join(folder, '.lifeboat')), 'pull.sqlite'));
  if (turn !== undefined) return turn;
  throw new LifeboatError('system-locked', `another program is fetching archives into ${folder}`, {
    hint: 'wait until it has ended',
  });
}

/** The server's own archives that would be kept here, newest first. */
async function newestOf({ server, keep }: PullParts, signal: AbortSignal): Promise<RemoteArchive[]> {
  const all = await server.ask('api/archives', z.array(z.unknown()), signal);
  return all
    .map((entry) => remoteArchive.safeParse(entry))
    .flatMap(({ data }) => (data?.own && /^(good|incomplete)/.test(data.state) ? [data] : []))
    .toSorted((a, b) => (b.startedAt ?? '').localeCompare(a.startedAt ?? ''))
    .slice(0, keep);
}

/** Oldest first, so that a row that breaks off has no hole. */
async function missing(
  newest: readonly RemoteArchive[],
  { folder }: PullParts,
  signal: AbortSignal,
): Promise<RemoteArchive[]> {
  const entries = await listArchives(folderDestination(folder), signal);
  const known = new Map(entries.map(({ file, summary }) => [file.name, summary?.sha256]));
  return newest.filter(({ file, sha256 }) => !known.has(file) || known.get(file) !== sha256).toReversed();
}

async function fetchOne(archive: RemoteArchive, parts: PullParts, signal: AbortSignal): Promise<void> {
  const { sha256 } = archive;
  if (sha256 === undefined) {
    throw new LifeboatError('archive-missing', 'the server does not know its hash', {
      hint: 'verify it there once',
    });
  }
  const { server, folder, clock } = parts;
  const manifest = await fetchArchive(server, { ...archive, sha256 }, folder, { ...parts, signal });
  const noted: Summary = {
    ...summaryOf(manifest, { name: archive.file, bytes: archive.bytes }),
    sha256,
    verifiedAt: clock.now().toString(),
  };
  // So that the next round knows what is here without reading all of it.
  await folderDestination(folder).writeNote(archive.file, JSON.stringify(noted, undefined, 2));
}

/** Archives of other systems that lie in the folder are somebody else's. */
async function removeOld(
  systems: ReadonlySet<string>,
  { folder, keep, clock }: PullParts,
  signal: AbortSignal,
): Promise<string[]> {
  const here = folderDestination(folder);
  const entries = await listArchives(here, signal);
  const removed: string[] = [];
  for (const systemId of systems) {
    for (const { name } of planRetention(entries, systemId, { keep }, { startedAt: clock.now() }).remove) {
      await here.remove(name);
      await here.removeNote(name);
      removed.push(name);
    }
  }
  return removed;
}
