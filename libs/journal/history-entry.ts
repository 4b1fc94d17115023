import * as z from 'zod';
import { OUTCOME_STATES } from './outcome.ts';

/** FD-14: one backup in backupHistory.json. */
export interface HistoryEntry {
  /** Goes up for each backup of a system, until somebody deletes or moves the file (FD-15). */
  number: number;
  systemId: string;
  system: string;
  /** Date `2026-04-10`, time `23:45:00` and IANA zone of the start, as the administrator's clock showed it. */
  date: string;
  time: string;
  zone: string;
  /** The same moment, ISO 8601 in UTC. */
  startedAt: string;
  /** Null where nobody knows: a crash cut the run off. */
  durationMs: number | null;
  status: (typeof OUTCOME_STATES)[number];
  /** 0, 1401, 1406, or the exit status. */
  code: number;
  /** The code in words, as errors.ts and docs/operations.md have it. */
  reason: string;
  message: string;
  /** Where the archive lies, by each of its names; empty if there is none. */
  archives: string[];
  bytes: number | null;
  /** What was saved, and where it was read from. */
  saved: SavedPart[];
  /** How many parts more there were than `saved` lists. */
  savedLeftOut: number;
  /** Which run it was, so that none is entered twice. */
  run: string;
}

/** A database, folder or file of the set. A folder is one part, however many files are in it. */
export interface SavedPart {
  component: string;
  /** The path it was read from; null for what lies in a database server. */
  path: string | null;
  state: 'complete' | 'partial' | 'missing';
  /** Files, or tables. */
  items: number;
  bytes: number;
}

const count = z.number().int().nonnegative();

export const historyEntry = z.object({
  number: z.number().int().positive(),
  systemId: z.string(),
  system: z.string(),
  date: z.iso.date(),
  time: z.iso.time(),
  zone: z.string(),
  startedAt: z.iso.datetime(),
  durationMs: z.number().nonnegative().nullable(),
  status: z.enum(OUTCOME_STATES),
  code: count,
  reason: z.string(),
  message: z.string(),
  archives: z.array(z.string()),
  bytes: count.nullable(),
  saved: z.array(
    z.object({
      component: z.string(),
      path: z.string().nullable(),
      state: z.enum(['complete', 'partial', 'missing']),
      items: count,
      bytes: count,
    }),
  ),
  savedLeftOut: count,
  run: z.string(),
});
