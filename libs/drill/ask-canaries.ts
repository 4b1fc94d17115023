import { LifeboatError } from '#platform/errors.ts';
import type { ScratchTarget } from '#sources/scratch/scratch-target.ts';
import { describeCanary } from './describe-canary.ts';
import type { Canary, DrillParts } from './drill-parts.ts';
import type { DrillCanary } from './drill-report.ts';
import type { DrillNotes } from './open-notes.ts';

/** Asks the restored databases what the conf wants to know of them. A wrong answer makes the drill red. */
export async function askCanaries(
  target: ScratchTarget,
  { canaries, clock, onProgress }: DrillParts,
  notes: DrillNotes,
  signal: AbortSignal,
): Promise<void> {
  const own = canaries.filter(({ of }) => target.components.some(({ id }) => id === of));
  for (const canary of own) {
    onProgress({ stage: 'asking canaries', item: canary.name, done: 0 });
    const begin = clock.elapsed();
    const found = await answerOf(canary, target, signal);
    notes.canary({ ...describeCanary(canary), ...found, ms: Math.round(clock.elapsed() - begin) });
    if (found.result === 'passed') continue;
    const why = found.detail ?? `answered ${found.answer ?? 'nothing'}, not ${describeCanary(canary).wanted}`;
    notes.failed(`canary ${canary.name} of ${canary.of}`, new LifeboatError('drill-failed', why));
  }
}

async function answerOf(
  { of, query, wanted }: Canary,
  target: ScratchTarget,
  signal: AbortSignal,
): Promise<Pick<DrillCanary, 'answer' | 'result' | 'detail'>> {
  try {
    const answer = (await target.ask(of, query, signal)) ?? null;
    return { answer, result: isRight(answer, wanted) ? 'passed' : 'failed' };
  } catch (error) {
    if (signal.aborted || !(error instanceof LifeboatError)) throw error;
    return { answer: null, result: 'failed', detail: error.message };
  }
}

function isRight(answer: string | null, wanted: Canary['wanted']): boolean {
  if (answer === null) return false;
  if ('expect' in wanted) return answer === wanted.expect;
  return answer.trim() !== '' && Number(answer) >= wanted.atLeast;
}
