import type { Facts } from '#platform/errors.ts';
import type { SavedPart } from './history-entry.ts';

/** What a run that reached its end says about itself. */
export interface RunResult {
  state: 'done' | 'incomplete' | 'skipped';
  /** What is incomplete, where it is not the set itself: the archive is good and its copy is missing (TN-12). */
  code?: 'copy-missing';
  message: string;
  hint?: string;
  archive?: string;
  /** What the message names, for whoever says it in another language. */
  facts?: Facts;
  lines: string[];
  /** What a backup left, for the history. */
  saved?: SavedSet;
}

export interface SavedSet {
  number: number;
  /** Every name that the archive has in its destination. */
  archives: string[];
  bytes: number;
  parts: SavedPart[];
}
