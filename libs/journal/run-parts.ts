import type { Clock } from '#platform/clock.ts';
import type { History } from './history.ts';
import type { Journal } from './journal.ts';

/** Where the runs of a system are recorded. */
export interface RunParts {
  clock: Clock;
  journal: Journal;
  /** With it a run that a crash cuts off is known by the next one. An extract, which is nobody's, has none. */
  stateFolder?: string;
  system?: { id: string; name: string };
  /** Where backups are entered (FD-14). */
  history?: History;
  /** Told at once of a journal or history that cannot be written, beside the outcome. */
  stderr?: { write(text: string): unknown };
}
