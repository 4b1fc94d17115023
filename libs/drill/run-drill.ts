import type { RunResult } from '#journal/run-result.ts';
import { takeLock } from '#platform/lock.ts';
import { refuseOpenRestore } from '#restore/refuse-open-restore.ts';
import type { DrillParts } from './drill-parts.ts';
import { DRILL } from './drill-purpose.ts';
import { dropLeftovers } from './drop-leftovers.ts';
import { makeScratch } from './make-scratch.ts';
import { noteLimits } from './note-limits.ts';
import { noteUnasked } from './note-unasked.ts';
import { openChosen } from './open-chosen.ts';
import { tryTarget } from './try-target.ts';
import { verifyFirst } from './verify-first.ts';
import { withReport } from './with-report.ts';
import { withTimeLimit } from './with-time-limit.ts';

/**
 * LB-03: restores an archive into scratch places, checks it, asks the canaries, measures, and drops everything again.
 * Whatever it finds stands in a report, also if it ends early. Green: everything in the archive that can be tried was
 * restored equal to it. Red: throws the first thing that was not, and names every one. Nothing live is written to.
 */
export async function runDrill(parts: DrillParts, stop: AbortSignal): Promise<RunResult> {
  const { stateFolder, clock } = parts;
  await using _lock = await takeLock({
    stateFolder,
    systemId: parts.system.id,
    purpose: DRILL,
    clock,
  });
  await refuseOpenRestore(stateFolder, parts.system.id);
  using limited = withTimeLimit(parts.limits.timeMs, stop);
  const { signal } = limited;
  return await withReport(parts, stop, async (report) => {
    await dropLeftovers(parts, report, signal);
    await using archive = await openChosen(parts, report, signal);
    noteLimits(archive.manifest.components, report);
    const whole = await verifyFirst(archive, parts, report, signal);
    await using scratch = await makeScratch(whole, archive, parts, report, signal);
    for (const target of scratch.targets) await tryTarget(target, archive, parts, report, signal);
    noteUnasked(parts, report);
  });
}
