import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import type { Summary } from '#catalog/summary.ts';
import { type RunResult, recordRun } from '#journal/record-run.ts';
import { LifeboatError } from '#platform/errors.ts';
import { takeLock } from '#platform/lock.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { type ComposedSystem, composeSystem } from '../compose.ts';
import { findArchive } from '../find-archive.ts';

/** `lifeboat pin ARCHIVE`: keeps an archive from the rotation until it is released (BT-09). */
export async function pin(context: CommandContext, name: string, note: string | undefined): Promise<number> {
  return await changePin('pin', context, name, ({ pinned: _, note: before, ...summary }) => {
    const why = note ?? before;
    return { ...summary, pinned: true, ...(why === undefined ? {} : { note: why }) };
  });
}

/** `lifeboat release ARCHIVE`: counts and removes it again as any other. */
export async function release(context: CommandContext, name: string): Promise<number> {
  return await changePin('release', context, name, (summary) => ({ ...summary, pinned: false }));
}

async function changePin(
  operation: 'pin' | 'release',
  context: CommandContext,
  name: string,
  change: (summary: Summary) => Summary,
): Promise<number> {
  const system = await composeSystem(context);
  const outcome = await recordRun(operation, { ...context, journal: system.journal }, async () => {
    await using _lock = await takeLock({
      stateFolder: system.state,
      systemId: system.id,
      purpose: operation === 'pin' ? 'keeping an archive' : 'releasing an archive',
      clock: context.clock,
    });
    const entry = findArchive(await listArchives(system.destination, context.signal), name, system);
    const summary = change(ownSummary(entry, system));
    await system.destination.writeNote(entry.file.name, JSON.stringify(summary, undefined, 2));
    return resultOf(entry, summary);
  });
  return endRun(outcome, context);
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
