import { join } from 'node:path';
import { ERRORS } from '#platform/errors.ts';
import { localTime } from '#platform/local-time.ts';
import { collectTroubles, type Troubles } from './collect-troubles.ts';
import { findCutRuns } from './find-cut-runs.ts';
import type { OpenRun, RunEnded, RunRecord } from './open-run.ts';
import type { Outcome } from './outcome.ts';
import { outcomeNumber } from './outcome-number.ts';
import type { RunParts } from './run-parts.ts';
import { tellEnd } from './tell-end.ts';

/**
 * Closes the system's runs that a kill or a power cut ended, as interrupted (FD-04), in journal, history and status:
 * at the start of the service and of every run. Each once, also where this is cut off itself, and never one that still
 * lives. A run that had ended and was killed before it could say so is closed as it ended. Resolves with how they ended.
 */
export async function closeCutRuns(
  parts: RunParts,
  troubles: Troubles = collectTroubles(parts.stderr),
): Promise<Outcome[]> {
  const { stateFolder, system } = parts;
  const closed: Outcome[] = [];
  if (stateFolder === undefined) return closed;
  await troubles.attempt('the end of a run that was cut off', async () => {
    for await (const run of findCutRuns(stateFolder, parts.clock.now(), troubles.tell)) {
      // Another system's run belongs into that one's journal.
      if (run.record.system?.id !== system?.id) run.leave();
      else if (await close(run, parts, troubles)) closed.push((run.record.ended as RunEnded).outcome);
    }
  });
  return closed;
}

/** False if the journal could not be told: whoever comes next tries again. */
async function close(run: OpenRun, parts: RunParts, troubles: Troubles): Promise<boolean> {
  const { journal } = parts;
  const end = run.record.ended ?? endOfCut(run.record, parts);
  const told = await troubles.attempt(`the journal ${journal.path}`, async () => {
    if (run.record.ended === undefined) await run.ended(end);
    const { line } = end;
    if (line !== undefined && !(await journal.holds(line))) await journal.append([line], { sync: true });
  });
  if (!told) {
    run.leave();
    return false;
  }
  await tellEnd(end, parts, troubles, { late: true });
  await run.forget();
  return true;
}

function endOfCut(record: RunRecord, { clock, journal, history, stateFolder = '' }: RunParts): RunEnded {
  const { operation, startedAt } = record;
  const began = localTime(Temporal.Instant.from(startedAt), clock.zone());
  const message = `begun ${began}, cut off by a kill or a power cut${whatIsLeft(operation, stateFolder)}`;
  const code = 'interrupted';
  const outcome: Outcome = {
    operation,
    state: 'interrupted',
    code,
    exit: ERRORS[code].exit,
    message,
    startedAt,
    durationMs: 0,
    lines: [],
  };
  const line = journal.stamp(`${operation}: interrupted (${code}, ${outcomeNumber(code)}): ${message}`);
  if (operation !== 'backup' || history === undefined) return { outcome, line };
  return { outcome, line, entry: { ...history.entryOf(outcome, undefined), durationMs: null } };
}

function whatIsLeft(operation: Outcome['operation'], stateFolder: string): string {
  if (operation === 'backup') return '; an archive that it had finished is whole and stands in the list';
  if (operation === 'restore') return `; its steps and the ways back are in ${join(stateFolder, 'restores')}`;
  return '';
}
