import * as z from 'zod';
import { type HistoryEntry, historyEntry } from './history-entry.ts';

/** FD-14: the file is called so in every product of the field. */
export const HISTORY_NAME = 'backupHistory.json';

const FORMAT_VERSION = 1;

/** More than this is not ours: what is written stays well below. */
export const LARGEST_READ = 16 * 1024 * 1024;
const LARGEST_WRITTEN = 6 * 1024 * 1024;

/** What is listed of one set at most; its archive lists every file. */
export const MOST_PARTS = 200;

export interface HistoryFile {
  /** The start of the first backup that was entered since the file was begun: numbers go up from there. */
  since: string;
  /** Oldest first. */
  backups: HistoryEntry[];
}

const historyHead = z.object({ format: z.literal('lifeboat-history'), formatVersion: z.number() });
const historyFile = z.object({ since: z.iso.datetime(), backups: z.array(historyEntry) });

/** Reads backupHistory.json. What it is instead, in words, if it is not a history that this program wrote. */
export function parseHistory(text: string): HistoryFile | { wrong: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return { wrong: 'is cut, or no JSON' };
    throw error;
  }
  const head = historyHead.safeParse(value);
  if (!head.success) return { wrong: 'was written by something else' };
  if (head.data.formatVersion !== FORMAT_VERSION) {
    return { wrong: `has format version ${head.data.formatVersion}, this program knows ${FORMAT_VERSION}` };
  }
  const parsed = historyFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return { wrong: `breaks the format at ${issue?.path.join('.')}: ${issue?.message}` };
}

/**
 * The text of a history. Its size is bounded whatever was saved: a folder is one part, a set lists 200 parts, and where
 * that is still too much the oldest entries lose their parts, then go.
 */
export function formatHistory({ since, backups }: HistoryFile): string {
  const kept = fitting(fitting(backups, withoutParts), () => undefined);
  const file = { format: 'lifeboat-history', formatVersion: FORMAT_VERSION, since, backups: kept };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** Shortens entries from the oldest on until all are small enough together; the newest stays as it is. */
function fitting(
  entries: readonly HistoryEntry[],
  shorten: (entry: HistoryEntry) => HistoryEntry | undefined,
): HistoryEntry[] {
  const last = entries.length - 1;
  let total = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  return entries.flatMap((entry, i) => {
    if (total <= LARGEST_WRITTEN || i === last) return [entry];
    const short = shorten(entry);
    total -= sizeOf(entry) - (short === undefined ? 0 : sizeOf(short));
    return short === undefined ? [] : [short];
  });
}

function withoutParts(entry: HistoryEntry): HistoryEntry {
  return { ...entry, saved: [], savedLeftOut: entry.savedLeftOut + entry.saved.length };
}

function sizeOf(entry: HistoryEntry): number {
  return Buffer.byteLength(JSON.stringify(entry, undefined, 2));
}
