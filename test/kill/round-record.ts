import type { Operation } from './operation.ts';
import type { Step } from './step-of.ts';

/** A round, as a line of its lane's file. */
export interface RoundRecord {
  operation: Operation;
  lane: number;
  /** Of this operation and lane, from 0. */
  round: number;
  moment: string;
  /** In which the kill fell. */
  step: Step;
  /** In which state. `missed`: the program had ended before it was to be killed. */
  ended: 'before' | 'after' | 'wrong' | 'missed';
  /** What was started after it, in order. */
  starts: string[];
  /** How long the last recover took, of which nothing was killed. */
  recoverMs: number;
  /** What was not as it must be, a line each. */
  wrong: string[];
}
