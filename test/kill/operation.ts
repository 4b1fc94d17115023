import type { Standing } from './standing-of.ts';

/** What is killed; the last two: the server, while it is at work. */
export const OPERATIONS = [
  'restore',
  'undo',
  'undo of an undo',
  'restore, mariadbd killed',
  'undo, mariadbd killed',
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** Where it begins, and where it leads if it comes to its end. */
export const WAYS: Record<Operation, { from: Standing; to: Standing }> = {
  restore: { from: 'old alone', to: 'restored, old kept' },
  undo: { from: 'restored, old kept', to: 'old, restored kept' },
  'undo of an undo': { from: 'old, restored kept', to: 'restored, old kept' },
  'restore, mariadbd killed': { from: 'old alone', to: 'restored, old kept' },
  'undo, mariadbd killed': { from: 'restored, old kept', to: 'old, restored kept' },
};
