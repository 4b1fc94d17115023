import * as z from 'zod';
import { ERRORS, type ErrorCode, type Facts } from '#platform/errors.ts';

export const OPERATIONS = [
  'backup',
  'verify',
  'delete',
  'restore',
  'recover',
  'undo',
  'forget',
  'extract',
  'drill',
  'pin',
  'release',
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** How a run ended. There is no other end: whatever happens becomes one of these in record-run.ts. */
export const OUTCOME_STATES = ['done', 'incomplete', 'failed', 'interrupted', 'skipped'] as const;

export type OutcomeState = (typeof OUTCOME_STATES)[number];

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
  /** 0 where nobody knows: of a run that a crash cut off. */
  durationMs: number;
  /** The archive the run was about, if there is one. */
  archive?: string;
  /** What the message names, for whoever says it in another language. */
  facts?: Facts;
  /** Further lines for the journal: lock times, warnings, what was removed. */
  lines: string[];
}

/** An outcome as the state folder keeps it. */
export const outcomeSchema = z.object({
  operation: z.enum(OPERATIONS),
  state: z.enum(OUTCOME_STATES),
  code: z.enum(['done', 'skipped', ...(Object.keys(ERRORS) as ErrorCode[])]),
  exit: z.number().int().nonnegative(),
  message: z.string(),
  hint: z.string().exactOptional(),
  startedAt: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
  archive: z.string().exactOptional(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])).exactOptional(),
  lines: z.array(z.string()),
});
