import type { CatalogEntry } from '#catalog/list-archives.ts';
import type { Summary } from '#catalog/summary.ts';
import type { Outcome } from '#journal/outcome.ts';
import { recordRun } from '#journal/record-run.ts';
import type { RunResult } from '#journal/run-result.ts';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { takeLock } from '#platform/lock.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { findArchive } from './find-archive.ts';
import { visibleArchives } from './visible-archives.ts';

/** `pin`: kept from the rotation until it is released (BT-09). `release`: counts and goes again as any other. */
export type PinChange = { pin: { note: string | undefined } } | 'release';

/** Changes it for one archive, by name or number, and records how that ended. */
export async function changePin(
  system: ComposedSystem,
  name: string,
  change: PinChange,
  run: { clock: Clock; signal: AbortSignal; stderr?: NodeJS.WritableStream },
): Promise<Outcome> {
  const operation = change === 'release' ? 'release' : 'pin';
  return await recordRun(operation, { ...run, journal: system.journal }, async () => {
    await using _lock = await takeLock({
      stateFolder: system.state,
      systemId: system.id,
      purpose: operation === 'pin' ? 'keeping an archive' : 'releasing an archive',
      clock: run.clock,
    });
    const entry = findArchive(await visibleArchives(system.destination, system, run.signal), name, system);
    const summary = changed(ownSummary(entry, system), change);
    await system.destination.writeNote(entry.file.name, JSON.stringify(summary, undefined, 2));
    return resultOf(entry, summary);
  });
}

function changed({ note: before, ...summary }: Summary, change: PinChange): Summary {
  const note = change === 'release' ? before : (change.pin.note ?? before);
  return { ...summary, pinned: change !== 'release', ...(note === undefined ? {} : { note }) };
}

function ownSummary({ file, summary, unreadable }: CatalogEntry, system: ComposedSystem): Summary {
  if (summary === undefined) {
    throw new LifeboatError('archive-damaged', `${file.name} cannot be read: ${unreadable}`, {
      hint: 'nothing removes it by itself; delete it by hand when it is of no use',
    });
  }
  if (summary.systemId === system.id) return summary;
  throw new LifeboatError('archive-other-system', `${file.name} is of another system`, {
    hint: 'this system never removes it; pin and release it with the sysbackup.conf of its own system',
  });
}

function resultOf({ file: { name } }: CatalogEntry, { pinned }: Summary): RunResult {
  const message = pinned
    ? `${name} is kept until it is released: no count and no period applies to it`
    : `${name} is released: count and period apply to it after the next good backup`;
  return { state: 'done', message, archive: name, lines: [] };
}
