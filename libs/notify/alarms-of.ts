import type { Facts } from '#platform/errors.ts';
import type { Memory } from './memory.ts';

/** An alarm that holds until a backup, or a drill, ends well or a good backup is young enough again; for pages and status. */
export interface Alarm {
  kind: 'alert' | 'too-old' | 'drill-failed';
  /** ISO 8601, UTC. */
  since: string;
  message: string;
  /** Of an alert: why, as errors.ts has it. */
  code?: string;
  /** What the message names, for whoever says it in another language. */
  facts?: Facts;
}

/** The alarms that hold now. Pure. */
export function alarmsOf({ alert, tooOld, drill }: Memory): Alarm[] {
  return [
    ...(alert === undefined ? [] : [{ kind: 'alert' as const, ...alert }]),
    ...(tooOld === undefined ? [] : [{ kind: 'too-old' as const, ...tooOld }]),
    ...(drill === undefined ? [] : [{ kind: 'drill-failed' as const, ...drill }]),
  ];
}
