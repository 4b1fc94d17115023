import type { EndedBackup } from './ended-backup.ts';
import type { Memory } from './memory.ts';
import type { NoticeKind, NoticeRun } from './notice.ts';
import { runFacts } from './run-facts.ts';

/** A notice before it knows its system. */
export interface Event {
  id: string;
  kind: NoticeKind;
  /** In the place of the words that its kind has. */
  title?: string;
  message: string;
  hint?: string;
  run?: NoticeRun;
}

/**
 * What the end of a backup means to those who are told, and what is to be remembered. Pure. The same run given
 * twice says nothing the second time.
 *
 * The first failure is one; from the second in a row on each is an alarm (FD-08), and so is the end of automatic
 * backups (FD-09), and at once and once a restore that was cut off. A run that a person stopped neither counts as a failure nor ends a row of them.
 */
export function afterRun(run: EndedBackup, before: Memory): { event?: Event; memory: Memory } {
  if (before.lastRun === run.startedAt) return { memory: before };
  const memory: Memory = { ...before, lastRun: run.startedAt };
  const event = (kind: NoticeKind, message = run.message): Event => ({
    id: `${run.startedAt} ${kind}`,
    kind,
    message,
    ...(run.hint === undefined ? {} : { hint: run.hint }),
    run: runFacts(run),
  });
  switch (run.state) {
    case 'done':
      return endedWell(event, memory, 'success');
    case 'skipped':
      // Nothing has changed since a good backup: that is as good as one. Other skipped runs say nothing.
      if (run.code !== 'skipped') return { memory };
      return endedWell(event, { ...memory, unchangedAt: run.startedAt }, 'unchanged');
    case 'failed':
      return failed(run, event, memory);
    case 'incomplete':
      return { event: event('incomplete'), memory: incompleteSince(run, memory) };
    case 'interrupted':
      return { event: event('interrupted'), memory };
    default:
      return { memory };
  }
}

type MakeEvent = (kind: NoticeKind, message?: string) => Event;

function endedWell(
  event: MakeEvent,
  memory: Memory,
  kind: 'success' | 'unchanged',
): { event: Event; memory: Memory } {
  const { bad, alert, tooOld, ...rest } = memory;
  const was = tooOld ?? bad;
  const good: Memory = { ...rest, failures: 0 };
  if (was === undefined) return { event: event(kind), memory: good };
  const { message } = event(kind);
  return {
    event: event('recovered', `${message}\nbefore, since ${was.since}: ${was.message}`),
    memory: good,
  };
}

/** No second try can help. */
const AT_ONCE: readonly string[] = ['automatic-stopped', 'restore-open'];

function failed(run: EndedBackup, event: MakeEvent, memory: Memory): { event?: Event; memory: Memory } {
  // Nothing changes until a person recovers: it is told at once, and once.
  if (run.code === 'restore-open' && memory.alert?.code === 'restore-open') return { memory };
  const failures = memory.failures + 1;
  const bad = badSince(run, memory);
  if (failures < 2 && !AT_ONCE.includes(run.code)) {
    return { event: event('failure'), memory: { ...memory, failures, bad } };
  }
  const message = failures < 2 ? run.message : `backups failed ${failures} times in a row: ${run.message}`;
  const facts = { ...run.facts, failures };
  const alert = { since: memory.alert?.since ?? run.startedAt, message, code: run.code, facts };
  return { event: event('alert', message), memory: { ...memory, failures, bad, alert } };
}

/** Where only the copy of a good archive is missing (TN-12), backups fail no longer. */
function incompleteSince(run: EndedBackup, memory: Memory): Memory {
  const { alert: _, ...rest } = memory;
  const bad = badSince(run, memory);
  return run.code === 'copy-missing' ? { ...rest, failures: 0, bad } : { ...memory, bad };
}

function badSince(run: EndedBackup, { bad }: Memory): { since: string; message: string } {
  return { since: bad?.since ?? run.startedAt, message: run.message };
}
