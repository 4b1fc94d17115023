import type { KillCase } from './kill-case.ts';
import { type Operation, WAYS } from './operation.ts';

/** The words with which an operation is started. */
export function commandOf({ apply }: KillCase, operation: Operation): readonly string[] {
  return WAYS[operation].from === 'old alone' ? apply : ['undo'];
}
