import type { ArchiveReader } from '#archive/archive.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { ScratchReport, ScratchTarget } from '#sources/scratch/scratch-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { DrillParts } from './drill-parts.ts';
import { makeScratchFolder } from './make-scratch-folder.ts';
import type { DrillNotes } from './open-notes.ts';
import { removeScratchFolder } from './remove-scratch-folder.ts';
import { removeScratchRecord } from './remove-scratch-record.ts';
import { requireRoom } from './require-room.ts';
import { scratchFolder } from './scratch-folder.ts';
import type { ScratchRecord } from './scratch-record.ts';
import { writeScratchRecord } from './write-scratch-record.ts';

/** Places to restore to, which are dropped with all that is in them when this is disposed. */
export interface Scratch extends AsyncDisposable {
  targets: ScratchTarget[];
}

/**
 * Looks whether every place can be had and whether there is room, sets down what will be made, and makes the folder.
 * Components without a place, and those whose server cannot be used, are noted and left out.
 */
export async function makeScratch(
  components: readonly ComponentRecord[],
  archive: ArchiveReader,
  parts: DrillParts,
  notes: DrillNotes,
  signal: AbortSignal,
): Promise<Scratch> {
  const folder = scratchFolder(await parts.folder(), notes.run);
  const record: ScratchRecord = { run: notes.run, systemId: parts.system.id, folder, databases: [] };
  const { targets, left } = parts.scratch(components, archive, folder);
  for (const { id, why } of left) {
    const component = components.find((one) => one.id === id);
    if (component !== undefined) notes.part(component, { result: 'not proven', detail: why });
  }
  const usable: { target: ScratchTarget; report: ScratchReport }[] = [];
  for (const target of targets) {
    const report = await look(target, notes, signal);
    if (report !== undefined) usable.push({ target, report });
  }
  requireRoom(
    usable.map(({ report }) => report),
    parts.limits.leaveFree,
  );
  record.databases = usable
    .filter(({ report }) => report.databases.length > 0)
    .map(({ target, report }) => ({ server: target.id, names: report.databases }));
  await writeScratchRecord(parts.stateFolder, record);
  const made = new AsyncDisposableStack();
  made.defer(async () => void (await removeScratchFolder(record)));
  for (const { target } of usable) made.use(target);
  const drop = async (): Promise<void> => {
    await made.disposeAsync();
    // Only where all of it could be dropped: the next drill goes by the record.
    await removeScratchRecord(parts.stateFolder, record);
  };
  await orElse(() => makeScratchFolder(record), drop);
  return { targets: usable.map(({ target }) => target), [Symbol.asyncDispose]: drop };
}

async function orElse(make: () => Promise<void>, drop: () => Promise<void>): Promise<void> {
  try {
    await make();
  } catch (error) {
    await drop();
    throw error;
  }
}

/** Undefined if it cannot be used; then that is noted for each of its components. */
async function look(
  target: ScratchTarget,
  notes: DrillNotes,
  signal: AbortSignal,
): Promise<ScratchReport | undefined> {
  try {
    const report = await target.inspect(signal);
    const problem = report.findings.find(({ level }) => level === 'problem');
    if (problem === undefined) return report;
    const hint = problem.hint === undefined ? {} : { hint: problem.hint };
    throw new LifeboatError(problem.code ?? 'target-unsuitable', problem.message, hint);
  } catch (error) {
    if (signal.aborted || !(error instanceof LifeboatError)) throw error;
    notes.failed(target.id, error);
    for (const component of target.components) {
      notes.part(component, { result: 'not proven', detail: error.message });
    }
    return undefined;
  }
}
