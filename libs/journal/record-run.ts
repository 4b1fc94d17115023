import { closeCutRuns } from './close-cut-runs.ts';
import { collectTroubles, type Troubles } from './collect-troubles.ts';
import { type OpenRun, openRun, type RunEnded } from './open-run.ts';
import type { Operation, Outcome } from './outcome.ts';
import { outcomeNumber } from './outcome-number.ts';
import type { RunParts } from './run-parts.ts';
import type { RunResult, SavedSet } from './run-result.ts';
import { settleRun } from './settle-run.ts';
import { tellEnd } from './tell-end.ts';

/**
 * Runs an operation and turns whatever happens, error or not, into an Outcome: the one place that does so. Start and
 * end are journaled, a backup is entered in the history, and runs that a crash cut off are closed first. A journal,
 * history or record that cannot be written is said in the outcome and ends nothing.
 */
export async function recordRun(
  operation: Operation,
  parts: RunParts & { signal: AbortSignal },
  run: () => Promise<RunResult>,
): Promise<Outcome> {
  const startedAt = parts.clock.now().toString();
  const begin = parts.clock.elapsed();
  const troubles = collectTroubles(parts.stderr);
  const open = await beginRun(operation, startedAt, parts, troubles);
  const { end, saved } = await settleRun(run, parts.signal);
  const durationMs = Math.round(parts.clock.elapsed() - begin);
  const outcome: Outcome = { operation, startedAt, durationMs, ...end };
  await finishRun(open, outcome, saved, parts, troubles);
  return withLines(outcome, troubles);
}

/** The record comes before the first line: a run that is cut off between the two is closed all the same. */
async function beginRun(
  operation: Operation,
  startedAt: string,
  parts: RunParts,
  troubles: Troubles,
): Promise<OpenRun | undefined> {
  const { journal, stateFolder, system } = parts;
  let open: OpenRun | undefined;
  await closeCutRuns(parts, troubles);
  if (stateFolder !== undefined) {
    await troubles.attempt('the record of this run', async () => {
      open = await openRun(stateFolder, { operation, startedAt, ...(system && { system: pick(system) }) });
    });
  }
  const path = `the journal ${journal.path}`;
  if (operation === 'backup') await troubles.attempt(path, () => journal.rotate());
  await troubles.attempt(path, () => journal.write([`${operation}: started`]));
  return open;
}

function pick({ id, name }: { id: string; name: string }): { id: string; name: string } {
  return { id, name };
}

async function finishRun(
  open: OpenRun | undefined,
  outcome: Outcome,
  saved: SavedSet | undefined,
  parts: RunParts,
  troubles: Troubles,
): Promise<void> {
  const { journal, history } = parts;
  const lines = journalLines(outcome, journal.verbose).map(journal.stamp);
  const line = lines.at(-1);
  const entry = isBackup(outcome) ? history?.entryOf(outcome, saved) : undefined;
  const end: RunEnded = { outcome, ...(line && { line }), ...(entry && { entry }) };
  if (open !== undefined) await troubles.attempt('the record of this run', () => open.ended(end));
  if (line !== undefined) {
    await troubles.attempt(`the journal ${journal.path}`, () => journal.append(lines, { sync: true }));
  }
  await tellEnd({ ...end, outcome: withLines(outcome, troubles) }, parts, troubles, { late: false });
  if (open !== undefined) await troubles.attempt('the record of this run', () => open.forget());
}

/** A run that found the system locked was none, and one that was skipped saved nothing. */
function isBackup({ operation, state, code }: Outcome): boolean {
  return operation === 'backup' && state !== 'skipped' && code !== 'system-locked';
}

/** FD-13: of a journal that is not verbose only errors are left. */
function journalLines(outcome: Outcome, verbose: boolean): string[] {
  const { operation, state, code } = outcome;
  const number = outcomeNumber(code);
  const why = number >= 1000 ? `${code}, ${number}` : code;
  const seconds = (outcome.durationMs / 1000).toFixed(1);
  const end = `${operation}: ${state} (${why}) after ${seconds} s: ${outcome.message}`;
  // What a run that came to no end has to add are errors too.
  const isCut = state === 'failed' || state === 'interrupted';
  if (verbose || isCut) return [...outcome.lines.map((line) => `${operation}: ${line}`), end];
  return state === 'incomplete' ? [end] : [];
}

function withLines(outcome: Outcome, troubles: Troubles): Outcome {
  return { ...outcome, lines: [...outcome.lines, ...troubles.all()] };
}
