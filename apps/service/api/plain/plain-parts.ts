import type { Clock } from '#platform/clock.ts';
import type { Remarks } from './open-remarks.ts';

/** What the plain pages share. `signal`: the service's end. */
export interface PlainParts {
  clock: Clock;
  signal: AbortSignal;
  remarks: Remarks;
}

/** What all four routes ask of whoever comes. */
export const FORM = { role: 'administrator', csrf: 'field' } as const;
