import type { ErrorCode } from '#platform/errors.ts';

/** How a run ended. There is no other end: whatever happens becomes one of these in record-run.ts. */
export type OutcomeState = 'done' | 'incomplete' | 'failed' | 'interrupted' | 'skipped';

export interface Outcome {
  operation: Operation;
  state: OutcomeState;
  code: ErrorCode | 'done' | 'skipped';
  exit: number;
  /** One line for a person: what happened. */
  message: string;
  /** What to do next, if there is something to do. */
  hint?: string;
  startedAt: string;
  durationMs: number;
  /** The archive the run was about, if there is one. */
  archive?: string;
  /** Further lines for the journal: lock times, warnings, what was removed. */
  lines: string[];
}

export const OPERATIONS = ['backup', 'verify', 'delete', 'restore', 'extract', 'drill'] as const;

export type Operation = (typeof OPERATIONS)[number];
