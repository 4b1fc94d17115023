import * as z from 'zod';
import { instant } from '#archive/manifest.ts';

/**
 * What list, retention and history need to know of an archive without opening it: a small clear file beside
 * it, rebuilt from the manifest if it is lost. Facts come from here, never from the archive's name.
 */
export interface Summary {
  /** The name this file was published under; if it has another name now, it was renamed (FD-19). */
  name: string;
  /** The calendar names of the archive (BT-02): the files that a later run replaces. Absent for one without. */
  calendarNames?: string[];
  systemId: string;
  systemName: string;
  systemVersion: string;
  number: number;
  startedAt: string;
  takenAt: string;
  finishedAt: string;
  state: 'good' | 'incomplete';
  reasons: string[];
  bytes: number;
  /** SHA-256 of the whole file; undefined in a summary that was rebuilt without reading all of it. */
  sha256?: string | undefined;
  /** When the archive was last read back in full with every hash equal; undefined if never. */
  verifiedAt?: string | undefined;
  /** Kept for an update until it is released: never counted, never removed by itself (BT-09). */
  pinned: boolean;
  /** Why it is kept. */
  note?: string;
  /** Made by a restore in place of what it deleted: of no more than that, and never a backup that counts (LB-04). */
  safety?: boolean;
}

const summary = z.object({
  name: z.string(),
  calendarNames: z.array(z.string()).exactOptional(),
  systemId: z.string(),
  systemName: z.string(),
  systemVersion: z.string(),
  number: z.number().int().positive(),
  startedAt: instant,
  takenAt: instant,
  finishedAt: instant,
  state: z.enum(['good', 'incomplete']),
  reasons: z.array(z.string()),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().optional(),
  verifiedAt: instant.optional(),
  pinned: z.boolean(),
  note: z.string().exactOptional(),
  safety: z.boolean().exactOptional(),
});

/** Undefined for a text that is no summary: the caller rebuilds it from the archive. */
export function parseSummary(text: string): Summary | undefined {
  try {
    const parsed = summary.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
