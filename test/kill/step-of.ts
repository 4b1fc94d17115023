import type { BegunLog } from '#restore/log/list-restore-logs.ts';

/** In the order in which they come. */
export const STEPS = [
  'before its log',
  'staging',
  'checking',
  'stopping',
  'preparing',
  'switching MariaDB',
  'switching SQLite',
  'switching files',
  'starting, ending',
  'after its end',
] as const;

export type Step = (typeof STEPS)[number];

/** In which step a program was when it was killed: as its log says, and its last words. */
export function stepOf(log: BegunLog | undefined, stage: string): Step {
  if (log === undefined) return 'before its log';
  if (log.ended !== undefined) return 'after its end';
  if (log.switched) return 'starting, ending';
  const last = log.steps.at(-1)?.what;
  if (last !== undefined) return switching(last);
  if (log.prepared.length > 0) return 'preparing';
  if (log.stopped) return 'stopping';
  if (stage === 'checking') return 'checking';
  return log.begin.operation === 'undo' ? 'stopping' : 'staging';
}

function switching(what: string): Step {
  if (/\b(?:folder|file)\/|^(?:done: )?carry over/.test(what)) return 'switching files';
  return what.includes('sqlite/') ? 'switching SQLite' : 'switching MariaDB';
}
