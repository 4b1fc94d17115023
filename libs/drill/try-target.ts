import type { ArchiveReader } from '#archive/archive.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { CheckedItem } from '#sources/restore-target.ts';
import type { ScratchTarget } from '#sources/scratch/scratch-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { askCanaries } from './ask-canaries.ts';
import type { DrillParts } from './drill-parts.ts';
import type { DrillNotes } from './open-notes.ts';

/** Restores the components of one source, checks them, and asks their canaries. What is wrong is noted, and others go on. */
export async function tryTarget(
  target: ScratchTarget,
  archive: ArchiveReader,
  parts: DrillParts,
  notes: DrillNotes,
  signal: AbortSignal,
): Promise<void> {
  const staged = new Map<ComponentRecord, number>();
  try {
    for (const component of target.components) {
      staged.set(component, await stage(target, component, archive, parts, signal));
    }
    const checked = await check(target, parts, notes, signal);
    for (const [component, stageMs] of staged) {
      const detail = checked.find((item) => item.component === component.id)?.result ?? 'restored';
      notes.part(component, { result: 'proven', detail, stageMs });
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof LifeboatError)) throw error;
    notes.failed(target.id, error);
    for (const component of target.components) {
      notes.part(component, { result: 'failed', detail: error.message, stageMs: staged.get(component) ?? 0 });
    }
    return;
  }
  await askCanaries(target, parts, notes, signal);
}

async function stage(
  target: ScratchTarget,
  component: ComponentRecord,
  archive: ArchiveReader,
  { clock, onProgress }: DrillParts,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  const begin = clock.elapsed();
  let done = 0;
  await target.stage(component, archive, {
    signal,
    onBytes(bytes, item) {
      done += bytes;
      onProgress({ stage: 'restoring to scratch', item, done, total: component.bytes });
    },
  });
  return clock.elapsed() - begin;
}

async function check(
  target: ScratchTarget,
  { clock, onProgress }: DrillParts,
  notes: DrillNotes,
  signal: AbortSignal,
): Promise<CheckedItem[]> {
  onProgress({ stage: 'checking', item: target.id, done: 0 });
  const begin = clock.elapsed();
  const checked = await target.check(signal);
  notes.checked(clock.elapsed() - begin);
  return checked;
}
