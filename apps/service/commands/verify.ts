import { openArchive } from '#archive/read-archive.ts';
import { verifyArchive } from '#archive/verify-archive.ts';
import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import type { Destination } from '#destinations/destination.ts';
import { type RunResult, recordRun } from '#journal/record-run.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { showProgress } from '#terminal/show-progress.ts';
import { composeSystem } from '../compose.ts';
import { findArchive } from '../find-archive.ts';

/** `lifeboat verify [ARCHIVE]`: reads an archive back in full, the newest without a name. */
export async function verify(context: CommandContext, name: string | undefined): Promise<number> {
  const system = await composeSystem(context);
  const display = showProgress(context);
  const outcome = await recordRun('verify', { ...context, ...system.recording }, async () => {
    const entry = findArchive(await listArchives(system.destination, context.signal), name, system);
    return await verifyOne(system.destination, entry, context, display.onProgress);
  });
  display.clear();
  return endRun(outcome, context);
}

async function verifyOne(
  destination: Destination,
  entry: CatalogEntry,
  { signal, clock }: CommandContext,
  onProgress: OnProgress,
): Promise<RunResult> {
  const { name } = entry.file;
  await using archive = await openArchive(await destination.open(name), signal);
  const report = await verifyArchive(archive, { signal, onProgress, depth: 'contents' });
  const lines = report.items.map((item) =>
    `${item.result.padEnd(11)} ${item.item}  ${item.detail ?? ''}`.trimEnd(),
  );
  if (!report.good) {
    const problems = report.items.filter((item) => item.result === 'problem').length;
    throw new LifeboatError(
      'archive-damaged',
      `${name} is damaged: ${problems} of ${report.items.length} items differ\n${lines.join('\n')}`,
      {
        hint: 'do not rely on it; make a new backup now and look at the disk it lies on',
      },
    );
  }
  if (entry.summary !== undefined) {
    const summary = { ...entry.summary, verifiedAt: clock.now().toString() };
    await destination.writeNote(name, JSON.stringify(summary, undefined, 2));
  }
  return {
    state: 'done',
    message: `${name} is whole: ${report.items.length} items, every hash is right`,
    archive: name,
    lines,
  };
}
