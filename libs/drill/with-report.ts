import type { RunResult } from '#journal/run-result.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { DrillEnd } from './drill-end.ts';
import type { DrillParts } from './drill-parts.ts';
import { type DrillNotes, openNotes } from './open-notes.ts';
import { reportLines } from './report-lines.ts';
import { saveReport } from './save-report.ts';

/** Does the work and saves a report of it, however it ends. Throws what it threw, or what makes the drill red. */
export async function withReport(
  parts: DrillParts,
  stop: AbortSignal,
  work: (notes: DrillNotes) => Promise<void>,
): Promise<RunResult> {
  const notes = openNotes(parts);
  const end = await endOf(work, notes, stop);
  const report = notes.report(end);
  try {
    await saveReport(parts.stateFolder, report, parts);
  } catch (error) {
    throw end.error === undefined
      ? error
      : new SuppressedError(error, end.error, 'the report cannot be written');
  }
  if (end.error !== undefined) throw end.error;
  const lines = reportLines(report);
  return {
    state: 'done',
    message: report.message,
    lines,
    ...(report.archive && { archive: report.archive.name }),
  };
}

async function endOf(
  work: (notes: DrillNotes) => Promise<void>,
  notes: DrillNotes,
  stop: AbortSignal,
): Promise<DrillEnd> {
  try {
    await work(notes);
    const red = notes.red();
    return red === undefined ? { result: 'green' } : { result: 'red', error: red };
  } catch (error) {
    if (stop.aborted) return { result: 'stopped', error };
    const red = error instanceof LifeboatError ? notes.red(error) : error;
    return { result: 'red', error: red };
  }
}
