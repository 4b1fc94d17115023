import { runDrill } from '#drill/run-drill.ts';
import type { Outcome } from '#journal/outcome.ts';
import { recordRun } from '#journal/record-run.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { Clock } from '#platform/clock.ts';
import type { OnProgress } from '#platform/progress.ts';
import { standBack } from '#platform/stand-back.ts';
import { unlessFailed } from '../channels/unless-failed.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { composeDrill } from './compose-drill.ts';

export interface DrillRun {
  clock: Clock;
  signal: AbortSignal;
  onProgress: OnProgress;
  /** What is to be told is put in here; whoever owns it sends it. */
  notifier: Pick<Notifier, 'drillEnded'>;
  stderr?: NodeJS.WritableStream;
}

/** One drill from its start to its end, recorded like every run; its report is in the state folder. Never throws. */
export async function drillNow(
  system: ComposedSystem,
  wanted: string | undefined,
  run: DrillRun,
): Promise<Outcome> {
  const outcome = await recordRun('drill', { ...run, ...system.recording }, async () => {
    await using _standing = await standBack(system.settings.drill.nice);
    return await runDrill(composeDrill(system, wanted, run), run.signal);
  });
  const troubles = await unlessFailed(() => run.notifier.drillEnded(outcome));
  return { ...outcome, lines: [...outcome.lines, ...troubles] };
}
