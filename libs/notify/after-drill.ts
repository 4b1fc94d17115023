import type { Event } from './after-run.ts';
import type { EndedBackup } from './ended-backup.ts';
import type { Memory } from './memory.ts';
import { runFacts } from './run-facts.ts';

/** It found that it may not even begin: that is for others to tell. */
const NOT_BEGUN: readonly string[] = ['system-locked', 'restore-open'];

/**
 * What the end of a restore drill means to those who are told. Pure. Each red one is an alarm; the first green one
 * after it takes it back. One that was stopped, or found the system locked, has shown nothing.
 */
export function afterDrill(run: EndedBackup, before: Memory): { event?: Event; memory: Memory } {
  const hint = run.hint === undefined ? {} : { hint: run.hint };
  const event = (kind: Event['kind'], message: string): Event => ({
    id: `${run.startedAt} ${kind}`,
    kind,
    message,
    ...hint,
    run: runFacts(run),
  });
  if (run.state === 'done') {
    const { drill, ...memory } = before;
    if (drill === undefined) return { memory };
    return {
      event: event('drill-passed', `${run.message}\nbefore, since ${drill.since}: ${drill.message}`),
      memory,
    };
  }
  if (run.state !== 'failed' || NOT_BEGUN.includes(run.code)) return { memory: before };
  const drill = { since: before.drill?.since ?? run.startedAt, message: run.message };
  return { event: event('drill-failed', run.message), memory: { ...before, drill } };
}
