import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ArchiveReader } from '#archive/archive.ts';
import { fileAccess } from '#archive/file-access.ts';
import { openArchive } from '#archive/open-archive.ts';
import type { Clock } from '#platform/clock.ts';
import type {
  MemberReader,
  RestoreLog,
  RestoreTarget,
  SwitchedTarget,
  SwitchRecord,
} from '#sources/restore-target.ts';
import type { ComponentRecord, Compression, Source } from '#sources/source.ts';
import { beginArchive, plainManifest } from './archive-set.ts';

export const NEVER = new AbortController().signal;

export const fixedClock: Clock = {
  now: () => Temporal.Instant.from('2026-04-10T21:45:00Z'),
  zone: () => 'UTC',
  elapsed: () => 0,
};

export interface SavedSet extends AsyncDisposable {
  records: ComponentRecord[];
  archive: ArchiveReader;
  path: string;
}

/** Backs sources up into an archive in `folder` and opens it: writer and reader are the real ones. */
export async function savedSet(
  folder: string,
  sources: readonly Source[],
  options: { compression?: Compression; onBytes?: (bytes: number, item: string) => void } = {},
): Promise<SavedSet> {
  const path = join(folder, `set-${randomBytes(4).toString('hex')}.zip`);
  const { compression = 'Fast', onBytes = () => undefined } = options;
  const records: ComponentRecord[] = [];
  {
    const { writer, extras } = await beginArchive(path);
    await using _writer = writer;
    for (const source of sources) {
      await using view = await source.freeze(NEVER);
      for (const component of view.components) {
        records.push(await component.writeTo(writer, { signal: NEVER, compression, onBytes }));
      }
    }
    await writer.seal(plainManifest({ components: records, extras }), NEVER);
  }
  const archive = await openArchive(await fileAccess(path), NEVER);
  return { records, archive, path, [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose]() };
}

/** Keeps what was logged, in order. */
export function rememberingLog(): RestoreLog & { steps: { what: string; goBack: string }[] } {
  const steps: { what: string; goBack: string }[] = [];
  return {
    steps,
    before: async (step) => void steps.push(step),
    done: async () => undefined,
  };
}

/** Stage, check, prepare and switch over, as run-restore does; resolves with what is on record then. */
export async function restoreTo(
  target: RestoreTarget,
  record: ComponentRecord,
  archive: MemberReader,
  log: RestoreLog = rememberingLog(),
): Promise<SwitchRecord> {
  await target.stage(record, archive, { signal: NEVER, onBytes: () => undefined });
  await target.check(NEVER);
  return await switchOver(target, log);
}

/** What comes after the check. The record has been through JSON, as it is in the log. */
export async function switchOver(target: RestoreTarget, log: RestoreLog): Promise<SwitchRecord> {
  const record = await target.prepare(NEVER);
  await target.switchOver(log, NEVER);
  return JSON.parse(JSON.stringify(record));
}

/** Goes back as recover does, and drops what was staged. */
export async function goBackTo(switched: SwitchedTarget): Promise<void> {
  await switched.goBack(rememberingLog(), NEVER);
  await switched.forget(NEVER);
}
