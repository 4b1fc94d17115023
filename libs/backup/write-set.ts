import type { SealedArchive } from '#archive/archive.ts';
import { createArchive } from '#archive/create-archive.ts';
import type { MachineFacts } from '#archive/machine-facts.ts';
import { FORMAT_VERSION, type Manifest } from '#archive/manifest.ts';
import { restoreText } from '#archive/restore-text.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import type { RateLimit } from '#platform/rate-limit.ts';
import type { ComponentRecord, MemberSink, Note, WriteOptions } from '#sources/source.ts';
import type { BackupParts } from './backup-parts.ts';
import { chooseNames } from './choose-names.ts';
import type { FrozenSet } from './freeze-sources.ts';
import { limitedSink } from './limited-sink.ts';
import type { ArchiveIdentity } from './name-archive.ts';

export interface WrittenSet {
  manifest: Manifest;
  sealed: SealedArchive;
  /** Why it is not called as the settings say. */
  naming: string[];
}

export interface SetToWrite extends ArchiveIdentity {
  version: string;
  startedAt: Temporal.Instant;
  frozen: FrozenSet;
  machine?: MachineFacts | undefined;
  earlier: readonly CatalogEntry[];
  /** Where the archive is written; the file must not exist yet. */
  path: string;
  /** For what is read from the sources. */
  limit?: RateLimit | undefined;
}

/** Writes every component of every frozen source into one archive file and seals it with its manifest. */
export async function writeSet(
  parts: BackupParts,
  set: SetToWrite,
  signal: AbortSignal,
): Promise<WrittenSet> {
  const mtime = new Date(set.startedAt.epochMilliseconds);
  await using archive = await createArchive(set.path, { mtime, signal });
  const guide = await archive.add('RESTORE.txt', Buffer.from(guideText(parts, set)), { signal });
  const sink = set.limit === undefined ? archive : limitedSink(archive, set.limit);
  const components = await writeComponents(sink, parts, set, signal);
  const { manifest, naming } = describeSet(parts, set, components, [guide]);
  const sealed = await archive.seal(manifest, signal);
  return { manifest, sealed, naming };
}

/** Which names it gets is known for sure only when all is written. */
function guideText({ system, naming }: BackupParts, set: SetToWrite): string {
  return restoreText(system, {
    ...set,
    archiveName: naming.kind === 'numbered' ? set.archiveName : undefined,
  });
}

async function writeComponents(
  sink: MemberSink,
  parts: BackupParts,
  set: SetToWrite,
  signal: AbortSignal,
): Promise<ComponentRecord[]> {
  let done = 0;
  const options: WriteOptions = {
    signal,
    compression: parts.compression,
    onBytes(bytes, item) {
      done += bytes;
      set.limit?.spend(bytes);
      parts.onProgress({ stage: 'writing', item, done, total: set.frozen.bytes });
    },
  };
  const records: ComponentRecord[] = [];
  for (const { view } of set.frozen.views) {
    for (const component of view.components) {
      signal.throwIfAborted();
      const record = await component.writeTo(sink, options);
      const { fingerprint } = component;
      records.push(fingerprint === undefined ? record : { ...record, fingerprint });
    }
  }
  return records;
}

function describeSet(
  parts: BackupParts,
  set: SetToWrite,
  components: ComponentRecord[],
  extras: Manifest['extras'],
): { manifest: Manifest; naming: string[] } {
  const reasons = components.flatMap(whyIncomplete);
  const state = reasons.length === 0 ? 'good' : 'incomplete';
  const { pin } = parts.request ?? {};
  const { archiveName, calendarNames, lines } = chooseNames(set.archiveName, parts.naming, state, {
    ...set,
    systemId: parts.system.id,
    zone: parts.clock.zone(),
    pinned: pin !== undefined,
  });
  const manifest: Manifest = {
    format: 'lifeboat-archive',
    formatVersion: FORMAT_VERSION,
    requires: [],
    archiveName,
    ...(calendarNames.length === 0 ? {} : { calendarNames }),
    ...(pin === undefined ? {} : { pinned: true }),
    ...(pin?.note === undefined ? {} : { note: pin.note }),
    number: set.number,
    system: {
      id: parts.system.id,
      name: parts.system.name,
      version: set.version,
      ...parts.system.versions,
    },
    program: parts.program,
    startedAt: set.startedAt.toString(),
    takenAt: set.frozen.takenAt.toString(),
    finishedAt: parts.clock.now().toString(),
    state,
    reasons,
    host: parts.host,
    platform: `${process.platform}-${process.arch}`,
    ...(set.machine === undefined ? {} : { machine: set.machine }),
    sources: set.frozen.views.map(describeSource),
    components,
    extras,
  };
  return { manifest, naming: lines };
}

function describeSource({ source, view }: FrozenSet['views'][number]): Manifest['sources'][number] {
  const { takenAt, serverVersion, settings, position } = view;
  return {
    id: source,
    takenAt: takenAt.toString(),
    ...(serverVersion === undefined ? {} : { serverVersion }),
    ...(settings === undefined ? {} : { settings: { ...settings } }),
    ...(position === undefined ? {} : { position }),
  };
}

/**
 * FD-06, BS-27: whatever should be in the set and is not, by name. An absent optional component is in order; one
 * that is there and cannot be read is not.
 */
function whyIncomplete(component: ComponentRecord): string[] {
  const lost = component.notes.filter(({ code }) => code === 'missing' || code === 'unreadable');
  if (component.state === 'complete') return [];
  if (component.state === 'missing') return whyMissing(component, lost[0]);
  const lines = lost.map((note) => `${component.id}: ${note.code}: ${withDetail(note)}`);
  return lines.length > 0 ? lines : [`${component.id} could only be read in part`];
}

function whyMissing({ id, name, importance }: ComponentRecord, note: Note | undefined): string[] {
  const unreadable = note?.code === 'unreadable';
  if (importance === 'optional' && !unreadable) return [];
  const mark = importance === 'required' ? 'required ' : '';
  if (unreadable) return [`${mark}${id} cannot be read: ${withDetail(note)}`];
  return [`${mark}${id} is missing: ${note?.what ?? name}`];
}

function withDetail({ what, detail }: Note): string {
  return detail ? `${what} (${detail})` : what;
}
